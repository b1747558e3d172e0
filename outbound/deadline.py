"""One deadline for everything that is done outside on the way: names, TLS, headers, bodies.

`Deadline` itself is also for who waits for something else, with an error of its own.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST = 60.0  # seconds for who sets no deadline; nobody waits for ever


class Deadline:
    """`longest` is in seconds, where none is set; `over` makes the error for when it has passed."""

    def __init__(self, name: str, *, longest: float, over: Callable[[], Exception]) -> None:
        self._until: ContextVar[float | None] = ContextVar(name, default=None)
        self._longest, self._over = longest, over

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """This will have all of it done in `seconds`; an earlier deadline around it still holds."""
        until, outer = time.monotonic() + seconds, self._until.get()
        with self._set(until if outer is None else min(until, outer)):
            yield

    @contextmanager
    def anew(self, seconds: float) -> Iterator[None]:
        """The same whatever deadline is around it: for who knows better who waits."""
        with self._set(time.monotonic() + seconds):
            yield

    @contextmanager
    def _set(self, until: float) -> Iterator[None]:
        token = self._until.set(until)
        try:
            yield
        finally:
            self._until.reset(token)

    def remaining(self) -> float:
        """Seconds that may still be waited, more than 0; raises what `over` makes without any."""
        until = self._until.get()
        left = self._longest if until is None else until - time.monotonic()
        if left <= 0:
            raise self._over()
        return left


_outside = Deadline("until", longest=LONGEST, over=lambda: TimeoutError("the deadline has passed"))
within, anew, remaining = _outside.within, _outside.anew, _outside.remaining
