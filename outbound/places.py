"""How many threads may be in third parties' hands at a time: the others serve pages meanwhile.

Nobody queues: who waits for a place would hold a thread as well. Logos have places of their own, as
no sign-in needs them. What organizations chose is shared by organization: anybody can create one,
and let it point at as many hosts as they like that never answer. So each is known by how it was
answered, in this process: those that were answered in time keep places which no stranger can take,
and one that kept us waiting has a single place for a while, of few. It is never the host that is
known so: others may share it.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from threading import Lock

from django.conf import settings

# Whose calls they are, where it isn't an organization's.
OURS, LOGOS = "ours", "logos"
SLOW = 2.0  # seconds; providers that are well take less than one
LEFT_ALONE = 5 * 60.0  # seconds
REMEMBERED = 10_000  # organizations
PROMPT = 0.0


class Kind(StrEnum):
    PROMPT = "of prompt ones"
    NEW = "of new ones"
    SLOW = "of slow ones"


_lock = Lock()
_taken: Counter[str] = Counter()
# By organization: PROMPT, or until when it has one place. Who was called longest ago is forgotten.
_known: OrderedDict[str, float] = OrderedDict()


class Crowded(OSError):
    """As many calls are out as may be; the caller treats it as an outage of the third party."""


@contextmanager
def place(destination: str, *, whose: str) -> Iterator[None]:
    """Wait for the third party in here; raises Crowded at once where enough wait already.

    `whose`: OURS, where the operator chose the destination; LOGOS; or the id of the organization
    that chose it.
    """
    since, is_answered = time.monotonic(), False
    bounds = _take(destination, whose=whose, now=since)
    try:
        yield
        is_answered = True
    finally:
        _give_back(bounds)
        if whose not in (OURS, LOGOS):
            _judge(whose, seconds=time.monotonic() - since, is_answered=is_answered)


def _take(destination: str, *, whose: str, now: float) -> Iterable[str]:
    with _lock:
        bounds = _bounds(destination, whose=whose, now=now)
        if any(_taken[name] >= most for name, most in bounds.items()):
            raise Crowded("enough threads wait for third parties already")
        _taken.update(bounds.keys())
        return bounds.keys()


def _give_back(names: Iterable[str]) -> None:
    with _lock:
        _taken.subtract(names)
        for name in names:
            if not _taken[name]:
                del _taken[name]


def _judge(organization: str, *, seconds: float, is_answered: bool) -> None:
    """What is refused at once says nothing. A good answer makes up for no slow one: time does."""
    now = time.monotonic()
    with _lock:
        if seconds >= SLOW:
            _known[organization] = now + LEFT_ALONE
        elif is_answered and _kind(organization, now=now) != Kind.SLOW:
            _known[organization] = PROMPT
        if organization in _known:
            _known.move_to_end(organization)
        if len(_known) > REMEMBERED:
            _known.popitem(last=False)


def _kind(organization: str, *, now: float) -> Kind:
    until = _known.get(organization)
    if until == PROMPT:
        return Kind.PROMPT
    return Kind.SLOW if until is not None and until > now else Kind.NEW


def _bounds(destination: str, *, whose: str, now: float) -> dict[str, int]:
    everybody: int = settings.THIRD_PARTIES_MOST_WAITING
    if whose == LOGOS:
        return {"logos": settings.LOGOS_MOST_WAITING}
    if whose == OURS:
        return {"all": everybody}
    kind = _kind(whose, now=now)
    together, alone = {
        Kind.PROMPT: (everybody, everybody // 2),
        Kind.NEW: (everybody // 3, everybody // 3),
        Kind.SLOW: (everybody // 6, 1),
    }[kind]
    return {
        "all": everybody,
        "of organizations": max(1, everybody * 2 // 3),
        f"to {destination}": max(1, everybody // 2),
        kind: max(1, together),
        f"of {whose}": max(1, alone),
    }
