"""How many threads may be in third parties' hands at a time: the others serve pages meanwhile.

Counted are destinations, those that organizations chose, and all together. Nobody queues: who waits
for a place would hold a thread as well.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.conf import settings

_lock = Lock()
_taken: Counter[str] = Counter()


class Crowded(OSError):
    """As many calls are out as may be; the caller treats it as an outage of the third party."""


@contextmanager
def place(destination: str, *, ours: bool) -> Iterator[None]:
    """Wait for the third party in here; raises Crowded at once where enough wait already.

    `ours`: the operator chose the destination. Anybody can create an organization and let it point
    anywhere, so what organizations chose leaves places for mail, texts and OAuth providers.
    """
    bounds = _bounds(destination, ours=ours)
    with _lock:
        if any(_taken[name] >= most for name, most in bounds.items()):
            raise Crowded("enough threads wait for third parties already")
        _taken.update(bounds.keys())
    try:
        yield
    finally:
        with _lock:
            _taken.subtract(bounds.keys())
            for name in bounds:
                if not _taken[name]:
                    del _taken[name]


def _bounds(destination: str, *, ours: bool) -> dict[str, int]:
    everybody: int = settings.THIRD_PARTIES_MOST_WAITING
    if ours:
        return {"all": everybody}
    return {
        "all": everybody,
        "of organizations": max(1, everybody * 2 // 3),
        f"to {destination}": max(1, everybody // 2),
    }
