"""How many wrong codes and passwords somebody gets, over all codes; as allowances.py for mails.

A code's own tries, of the browser that asked for it, are counted nowhere else: they end with the
code (codes.py), and how many codes there are to try is counted where they are sent. So whatever
others have used up, behind the same network address too, the right code is judged.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from django.conf import settings

from identity import client_address
from identity.errors import ApiError
from identity.operations import limits
from identity.operations.allowances import CLIENTS, of_client
from identity.operations.limits import DAY, HOUR, Counter
from identity.operations.locks import WRONG_ANSWERS
from identity.visitors import Visitor
from outbound.mailboxes import mailbox_of

# Of passwords one client may get so many times more wrong than of codes: they are more to guess.
PASSWORDS = 5


@contextmanager
def at_code(
    *, email_address: str, visitor: Visitor, at_own: bool, at_others: bool, now: datetime
) -> Iterator[bool]:
    """This will count the block as a wrong guess at others' codes unless it ends well.

    `at_own`: at a code that this very browser asked for; `at_others`: at another's. Yields whether
    the latter may be tried; raises too_many_requests if there is nothing else to try. At neither,
    no code lives, and there is nothing to count.
    """
    counters = _guesses_at_others(mailbox_of(email_address), visitor) if at_others else ()
    may_try = _spend_if_left(counters, now=now) if at_own else True
    if not at_own:
        limits.spend_all(counters, now=now)
    yield may_try
    limits.give_back_all(counters if may_try else (), now=now)


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
            limits.give_back_all(counters, now=now)
        raise
    limits.give_back_all(counters, now=now)


def at_password(*, visitor: Visitor, now: datetime) -> AbstractContextManager[None]:
    """A guess at somebody's password by who has proven nothing: one client can't try everybody's.

    How often one address is tried its door says (password_door.py), known browsers' their own.
    """
    each = settings.GUESSES_PER_CLIENT * PASSWORDS
    blocks = () if visitor.is_known else client_address.blocks(visitor.address)
    counters = tuple(Counter(f"password::{block}", each * n, HOUR) for block, n in blocks)
    return _guessing(counters, now=now)


@contextmanager
def _guessing(counters: tuple[Counter, ...], *, now: datetime) -> Iterator[None]:
    """Counted before and taken back after, so that guesses made at once can't all slip through."""
    limits.spend_all(counters, now=now)
    yield
    limits.give_back_all(counters, now=now)


def _spend_if_left(counters: tuple[Counter, ...], *, now: datetime) -> bool:
    try:
        limits.spend_all(counters, now=now)
    except ApiError:
        return False
    return True


def _guesses_at_others(subject: str, visitor: Visitor) -> tuple[Counter, ...]:
    key, wrong = f"guess:{subject}", settings.GUESSES_PER_ADDRESS
    if visitor.is_known:
        own = f"{key}:{visitor.browser}"
        return Counter(own, wrong, HOUR), Counter(f"{own}:day", wrong * CLIENTS, DAY)
    blocks = client_address.blocks(visitor.address)
    by_block = (Counter(f"{key}:{block}", wrong * share, HOUR) for block, share in blocks)
    return (*of_client(visitor), *by_block, Counter(key, wrong * CLIENTS, DAY))
