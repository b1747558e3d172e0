"""How many wrong codes and passwords somebody gets, over all codes; as allowances.py for mails."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from django.conf import settings

from identity import client_address
from identity.errors import ApiError
from identity.operations import limits
from identity.operations.allowances import CLIENTS, DAY, HOUR
from identity.operations.limits import Counter
from identity.operations.locks import WRONG_ANSWERS
from identity.visitors import Visitor

# A day's wrong guesses from one client, at whomever, in those of an hour.
HOURS_A_DAY = 2


@contextmanager
def at_code(
    *, email_address: str, visitor: Visitor, at_own: bool, at_others: bool, now: datetime
) -> Iterator[bool]:
    """This will count the block as a wrong guess unless it ends well.

    `at_own`: at a code that this very browser asked for; `at_others`: at another's. Yields whether
    the latter may be tried. At neither, no code lives, and there is nothing to count.
    """
    counters = _guesses(email_address, visitor, at_own=at_own) if at_own or at_others else ()
    limits.spend_all(counters, now=now)
    others = _guesses_at_others(email_address, visitor) if at_own and at_others else ()
    may_try = _spend_if_left(others, now=now)
    yield may_try
    _give_back((*counters, *(others if may_try else ())), now=now)


@contextmanager
def at_second_step(*, member_id: str, visitor: Visitor, now: datetime) -> Iterator[None]:
    """A guess behind a first proof; there ten in a row lock as well (locks.py).

    Only a wrong answer is one: who is refused for want of that proof has used up nothing of the
    member's.
    """
    near = client_address.blocks(visitor.address)[:1]
    by_block = [
        Counter(f"second:{member_id}:{block}", settings.GUESSES_PER_ADDRESS, HOUR)
        for block, _ in near
    ]
    of_day = Counter(f"second:{member_id}", settings.GUESSES_PER_ADDRESS * CLIENTS, DAY)
    counters = (*by_block, of_day)
    limits.spend_all(counters, now=now)
    try:
        yield
    except ApiError as refusal:
        if refusal.error_type not in WRONG_ANSWERS:
            _give_back(counters, now=now)
        raise
    _give_back(counters, now=now)


def at_password(*, visitor: Visitor, now: datetime) -> AbstractContextManager[None]:
    """A guess at somebody's password by who has proven nothing: one client can't try everybody's.

    How often one address is tried its door says (password_door.py), known browsers' their own.
    """
    counters = () if visitor.is_known else tuple(_of_client("password", visitor))
    return _guessing(counters, now=now)


@contextmanager
def _guessing(counters: tuple[Counter, ...], *, now: datetime) -> Iterator[None]:
    """Counted before and taken back after, so that guesses made at once can't all slip through."""
    limits.spend_all(counters, now=now)
    yield
    _give_back(counters, now=now)


def _spend_if_left(counters: tuple[Counter, ...], *, now: datetime) -> bool:
    try:
        limits.spend_all(counters, now=now)
    except ApiError:
        return False
    return True


def _give_back(counters: tuple[Counter, ...], *, now: datetime) -> None:
    for counter in counters:
        limits.give_back(counter.key, per=counter.per, now=now)


def _guesses(subject: str, visitor: Visitor, *, at_own: bool) -> tuple[Counter, ...]:
    if visitor.is_known:
        return (_of_browser("guess", subject, visitor),)
    others = () if at_own else _guesses_at_others(subject, visitor)
    return (*_of_client("guess", visitor), *others)


def _guesses_at_others(subject: str, visitor: Visitor) -> tuple[Counter, ...]:
    if visitor.is_known:
        return ()
    of_day = Counter(f"guess:{subject}", settings.GUESSES_PER_ADDRESS * CLIENTS, DAY)
    return (*_of_blocks("guess", subject, visitor), of_day)


def _of_browser(what: str, subject: str, visitor: Visitor) -> Counter:
    return Counter(f"{what}:{subject}:{visitor.browser}", settings.GUESSES_PER_ADDRESS, HOUR)


def _of_client(what: str, visitor: Visitor) -> list[Counter]:
    """At whomever: one client can't guess at everybody."""
    return [
        Counter(f"{what}::{block}", settings.GUESSES_PER_CLIENT * share * hours, per)
        for block, share in client_address.blocks(visitor.address)
        for hours, per in ((1, HOUR), (HOURS_A_DAY, DAY))
    ]


def _of_blocks(what: str, subject: str, visitor: Visitor) -> list[Counter]:
    return [
        Counter(f"{what}:{subject}:{block}", settings.GUESSES_PER_ADDRESS * share, HOUR)
        for block, share in client_address.blocks(visitor.address)
    ]
