"""Work that an answer doesn't wait for, such as a mail whose time would tell what only we know.

One thread does it, in order. A graceful end waits until it is done: no mail is lost by a restart.
Only a process that is killed loses what it hadn't done yet.
"""

import atexit
import logging
import queue
import time
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from threading import Event, Lock, Thread

from django.db import close_old_connections

from outbound import deadline

logger = logging.getLogger(__name__)

Task = Callable[[], object]
MOST = 1000  # tasks that wait; whoever comes then does theirs at once
# Work begins so many seconds after it was given, when the answer is out: at the same time it would
# take turns with it, and make it later after all.
PAUSE = 1.0
LAST = 20.0  # seconds that an end of the process waits for what is left


@dataclass(frozen=True, slots=True)
class _Waiting:
    """`context` has the request's id for the log."""

    due: float
    task: Task
    context: Context


class Worker:
    def __init__(self, *, most: int = MOST, pause: float = PAUSE) -> None:
        self.waiting: queue.Queue[_Waiting] = queue.Queue(maxsize=most)
        self.pause, self.over, self.lock = pause, Event(), Lock()
        self.thread: Thread | None = None

    def give(self, task: Task) -> None:
        """This will have it done soon; exceptions end in the log."""
        self._begin()
        try:
            due = time.monotonic() + self.pause
            self.waiting.put_nowait(_Waiting(due, task, copy_context()))
        except queue.Full:
            _do(task)

    def finish(self, seconds: float = LAST) -> None:
        """This will have all that waits done now, as far as the time allows."""
        self.over.set()
        until = time.monotonic() + seconds
        while self.waiting.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.01)
        if self.waiting.unfinished_tasks:
            logger.error("%d tasks were not done in time", self.waiting.unfinished_tasks)

    def _begin(self) -> None:
        """At the first task, so that it is a thread of the process that serves."""
        with self.lock:
            if self.thread is None:
                self.thread = Thread(target=self._work, daemon=True, name="apart")
                self.thread.start()
                atexit.register(self.finish)

    def _work(self) -> None:
        while True:
            each = self.waiting.get()
            self.over.wait(max(0.0, each.due - time.monotonic()))
            close_old_connections()
            each.context.run(_do, each.task)
            close_old_connections()
            self.waiting.task_done()


def _do(task: Task) -> None:
    try:
        with deadline.anew(deadline.LONGEST):
            task()
    except Exception:
        logger.exception("work apart from an answer failed")


_worker = Worker()


def later(task: Task) -> None:
    """This will have `task` done after the answer, outside of its transaction and deadline; what
    it raises ends in the log.
    """
    _worker.give(task)
