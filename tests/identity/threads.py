"""The same thing done by several threads at the same moment, each with its own connection."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any, TypeVar

from django.db import connection, connections, transaction
from django.db.models import QuerySet

Result = TypeVar("Result")

WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


def at_once(count: int, act: Callable[[], Result]) -> list[Result]:
    """What each thread's `act` returned; what one raises is raised here."""
    return all_at_once([act] * count)


def all_at_once(acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """What each of `acts` returned, in a thread of its own; what one raises is raised here."""
    start = Barrier(len(acts))

    def work(act: Callable[[], Result]) -> Result:
        start.wait(timeout=30)
        return alone(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(work, acts))


def held_up(rows: QuerySet[Any], acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """The same where all have come to `rows` before the first may change them.

    Whoever has read them by then without locking them goes on with what was true before. Only
    PostgreSQL locks rows; SQLite lets one transaction write at a time, so there the threads
    merely start together.
    """
    if connection.vendor != "postgresql":
        return all_at_once(acts)
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            list(rows.select_for_update())
            running = [pool.submit(alone, act) for act in acts]
            await_locks(running)
        return [each.result() for each in running]


def overtaken(change: Callable[[], object], act: Callable[[], Result]) -> Result:
    """What `act` returned, which came to rows that `change` holds: it waits until they are changed.

    SQLite knows no row to wait for: there the change simply comes first.
    """
    if connection.vendor != "postgresql":
        change()
        return act()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change()
            running = pool.submit(alone, act)
            await_locks([running])
        return running.result()


def await_locks(running: Sequence[Future[Any]]) -> None:
    """Until each of them waits for a lock, or is done without."""
    pause = Event()
    for _ in range(3000):
        done = sum(each.done() for each in running)
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            waiting = cursor.fetchone()[0]
        if done + waiting >= len(running):
            return
        pause.wait(0.01)
    raise AssertionError("not all threads came to the locked rows within half a minute")


def alone(act: Callable[[], Result]) -> Result:
    try:
        return act()
    finally:
        connections.close_all()
