"""Several requests with one session ask the service once, and share the answer."""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeAlias

from django.utils import timezone

from accounts.client.errors import RateLimited, Unavailable
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens

PATIENCE = 15  # seconds: twice what the client takes to give up
# A browser sends its burst within a second or two; who comes with the same stale JWT after that
# asks anew. A refreshed browser comes with another JWT, so it never meets its own old answer.
SHARED_FOR = timedelta(seconds=5)
# "Too many, come back later" is kept for this session for as long as it asks for, within reason.
LONGEST_HOLD = timedelta(seconds=30)

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whose answer somebody is content with: of a call that left, or landed, not longer ago."""

    under_way: timedelta
    landed: timedelta


BURST = Sharing(under_way=timedelta(seconds=PATIENCE), landed=SHARED_FOR)


@dataclass(slots=True)
class Flight:
    left_at: datetime
    answer: Future[Authenticated] = field(default_factory=Future)
    landed_at: datetime | None = None
    held_for: timedelta | None = None  # of a refusal that says when to come back, to everybody

    def is_good(self, sharing: Sharing, *, now: datetime) -> bool:
        if self.landed_at is None:
            return now - self.left_at < sharing.under_way
        return now - self.landed_at < (self.held_for or sharing.landed)


_flights: dict[Key, Flight] = {}
_lock = Lock()


def share(
    tokens: Tokens,
    ask: Callable[[Tokens], Authenticated],
    *,
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    sharing: Sharing = BURST,
) -> Authenticated:
    """This will return (or raise) what `ask` does, called by the first of those who come.

    The others wait within `waiting()`, which may refuse them.
    """
    key = (_digest(tokens.session_token), _digest(tokens.session_jwt))
    with _lock:
        flight, first = _board(key, sharing)
    if first:
        _fly(key, flight, lambda: ask(tokens))
    if flight.answer.done():
        return flight.answer.result()
    with waiting():
        return _wait(flight)


def _board(key: Key, sharing: Sharing) -> tuple[Flight, bool]:
    """The flight to take, and whether its call is still to be made."""
    now = timezone.now()
    _forget_landed(now)
    flight = _flights.get(key)
    if flight is not None and flight.is_good(sharing, now=now):
        return flight, False
    _flights[key] = flight = Flight(left_at=now)
    return flight, True


def _wait(flight: Flight) -> Authenticated:
    try:
        return flight.answer.result(timeout=PATIENCE)
    except TimeoutError as error:
        raise Unavailable("the request that went ahead got no answer") from error


def forget(tokens: Tokens) -> None:
    """This will let nobody share an answer about this session any more: it was just ended."""
    token = _digest(tokens.session_token)
    with _lock:
        for key in [key for key in _flights if key[0] == token]:
            del _flights[key]


def _fly(key: Key, flight: Flight, ask: Callable[[], Authenticated]) -> None:
    try:
        flight.answer.set_result(ask())
    except RateLimited as later:
        flight.answer.set_exception(later)
        flight.held_for = min(timedelta(seconds=later.retry_after), LONGEST_HOLD)
    except BaseException as error:  # whatever it is, those who wait must hear of it
        flight.answer.set_exception(error)
        with _lock:
            if _flights.get(key) is flight:
                del _flights[key]
        raise
    flight.landed_at = timezone.now()


def _forget_landed(now: datetime) -> None:
    for key, flight in list(_flights.items()):
        if flight.landed_at is not None and not flight.is_good(BURST, now=now):
            del _flights[key]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
