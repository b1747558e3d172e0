"""The same thing done by several threads at the same moment, each with its own connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")


def at_once(count: int, act: Callable[[], Result]) -> list[Result]:
    """What each thread's `act` returned; what one raises is raised here."""
    start = Barrier(count)

    def work(_: int) -> Result:
        start.wait(timeout=30)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))
