"""How many mails, texts and guesses somebody gets; the same for known and unknown addresses.

Three counters each, the tightest for one address from one client. So whoever tries to lock a
person out by using up the allowance uses up their own: from elsewhere the address still works,
until several clients join in. Guesses end at codes; a link can't be guessed, so it always works.

Why guessing a code is hopeless: a code has 10^6 values and dies after 5 wrong tries (codes.py).
From one client at most 30 wrong guesses an hour hit one address, from all clients 120 a day, each
with a chance of 10^-6: 0.012 % a day, and that only while somebody keeps sending the victim more
than 24 mails a day. One client guessing at everybody gets 60 an hour: 0.006 %.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from identity import client_address
from identity.errors import ApiError
from identity.operations import limits

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# How much more an address gets from all clients together than from one.
CLIENTS = 4


@dataclass(frozen=True, slots=True)
class Counter:
    key: str
    limit: int
    per: timedelta


def send(*, email_address: str, client: str, now: datetime) -> None:
    """This will count one mail, or raise too_many_requests. Call it before any look-up."""
    _spend(_sends(email_address, client_address.household(client)), now=now)


def check_send(*, email_address: str, client: str, now: datetime) -> None:
    """This will raise as `send` would, and count nothing: for what may be refused before a mail.

    An app that is refused for an address mails it something else, so that strangers see no
    difference (QUALITY 24); counted twice, such an address would be the sooner at its limit.
    """
    for each in _sends(email_address, client_address.household(client)):
        limits.check(key=each.key, limit=each.limit, per=each.per, now=now)


def send_text(*, member_id: str, phone_number: str, client: str, now: datetime) -> None:
    """The same for a text; a member can't spread theirs over many numbers, since texts cost."""
    of_member = Counter(f"text:{member_id}", settings.SENDS_PER_ADDRESS, HOUR)
    of_number = _sends(phone_number, client_address.household(client))
    _spend((of_member, *of_number), now=now)


def guess(*, email_address: str, client: str, now: datetime) -> AbstractContextManager[None]:
    """This will count the block as a wrong guess unless it ends well.

    `client` is "" when the caller names no visitor: its own address would be everybody's.
    """
    return _guessing(_guesses(email_address, client_address.household(client)), now=now)


def guess_second(*, member_id: str, client: str, now: datetime) -> AbstractContextManager[None]:
    """The same for a second step; there ten in a row lock as well (locks.py)."""
    return _guessing(_guesses(member_id, client_address.household(client)), now=now)


@contextmanager
def _guessing(counters: tuple[Counter, ...], *, now: datetime) -> Iterator[None]:
    """Counted before and taken back after, so that guesses made at once can't all slip through."""
    _spend(counters, now=now)
    yield
    _give_back(counters, now=now)


def _spend(counters: tuple[Counter, ...], *, now: datetime) -> None:
    """All or none. Each new address is a new row, so the one that ends that has to come first."""
    for at, counter in enumerate(counters):
        try:
            limits.spend(key=counter.key, limit=counter.limit, per=counter.per, now=now)
        except ApiError:
            _give_back(counters[:at], now=now)
            raise


def _give_back(counters: tuple[Counter, ...], *, now: datetime) -> None:
    for counter in counters:
        limits.give_back(key=counter.key, per=counter.per, now=now)


def _sends(subject: str, household: str) -> tuple[Counter, ...]:
    mails = settings.SENDS_PER_ADDRESS
    return (
        Counter(f"send::{household}", settings.SENDS_PER_CLIENT, HOUR),
        Counter(f"send:{subject}:{household}", mails, HOUR),
        Counter(f"send:{subject}", mails * CLIENTS, HOUR),
    )


def _guesses(subject: str, household: str) -> tuple[Counter, ...]:
    guesses = settings.GUESSES_PER_ADDRESS
    counters = (
        Counter(f"guess:{subject}:{household}", guesses, HOUR),
        Counter(f"guess:{subject}", guesses * CLIENTS, DAY),
    )
    everybody = Counter(f"guess::{household}", settings.SENDS_PER_CLIENT, HOUR)
    return (everybody, *counters) if household else counters
