"""One deadline for everything that is done outside on the way: names, TLS, headers, bodies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST = 60.0  # seconds for who sets no deadline; nobody waits for ever
_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """This will have all of it done in `seconds`; an earlier deadline around it still holds."""
    until, outer = time.monotonic() + seconds, _until.get()
    with _set(until if outer is None else min(until, outer)):
        yield


@contextmanager
def anew(seconds: float) -> Iterator[None]:
    """The same whatever deadline is around it: for who knows better who waits."""
    with _set(time.monotonic() + seconds):
        yield


@contextmanager
def _set(until: float) -> Iterator[None]:
    token = _until.set(until)
    try:
        yield
    finally:
        _until.reset(token)


def remaining() -> float:
    """Seconds that may still be waited, more than 0; raises TimeoutError when there are none."""
    until = _until.get()
    left = LONGEST if until is None else until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left
