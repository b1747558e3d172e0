"""Several requests with one stale JWT ask the service once, and share the answer."""

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

# A browser sends its burst within a second or two; who comes with the same stale JWT after that
# asks anew. A refreshed browser comes with another JWT, so it never meets its own old answer.
SHARED_FOR = timedelta(seconds=5)
PATIENCE = 15  # seconds: twice what the client takes to give up
# "Too many, come back later" is kept for this session for as long as it asks for, within reason.
LONGEST_HOLD = timedelta(seconds=30)

Key: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class Flight:
    answer: Future[Authenticated] = field(default_factory=Future)
    landed_at: datetime | None = None
    shared_for: timedelta = SHARED_FOR


_flights: dict[Key, Flight] = {}
_lock = Lock()


def share(
    tokens: Tokens,
    ask: Callable[[Tokens], Authenticated],
    *,
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Authenticated:
    """This will return (or raise) what `ask` does, called by the first of those who come.

    The others wait within `waiting()`, which may refuse them.
    """
    key = (_digest(tokens.session_token), _digest(tokens.session_jwt))
    with _lock:
        _forget_landed()
        flight = _flights.get(key)
        first = flight is None
        if flight is None:
            flight = _flights[key] = Flight()
    if first:
        _fly(key, flight, lambda: ask(tokens))
    if flight.answer.done():
        return flight.answer.result()
    with waiting():
        return _wait(flight)


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
        flight.shared_for = min(timedelta(seconds=later.retry_after), LONGEST_HOLD)
    except BaseException as error:  # whatever it is, those who wait must hear of it
        flight.answer.set_exception(error)
        with _lock:
            if _flights.get(key) is flight:
                del _flights[key]
        raise
    flight.landed_at = timezone.now()


def _forget_landed() -> None:
    now = timezone.now()
    for key, flight in list(_flights.items()):
        if flight.landed_at is not None and flight.landed_at + flight.shared_for <= now:
            del _flights[key]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
