"""A member's lock: ten wrong answers in a row behind a first proof, and an hour's wait (8.3).

It counts what is tried after somebody has proven something: second factors, recovery codes, and
the password at a gate of who is signed in. Here CONTRACT 8.3 gives way, where every failed
authentication counts: what anybody can get wrong without a proof would let any stranger lock any
member. That is counted at the password's own door instead (password_door.py), by the same rules.
So a member's `is_locked` means this lock and no other.

Why guessing a second factor is hopeless. Whoever has a member's first factor gets 10 tries and
then waits an hour, so 240 a day at most; `guesses.at_second_step` stops them at 40. An
authenticator has 3 codes that are right at any moment (a step of 30 seconds around now) out of
10^6: 40 tries a day have a chance of 0.012 %, 4.3 % a year. Codes by text are less: one right code
out of 10^6, dead after 5 wrong tries and 2 minutes. A recovery code has 60 bits. And the tenth
failure is told by mail, long before chance has its year.

Mailed codes and links pass both locks: they are not guessed here, and the owner of the mailbox must
not be shut out by somebody who types ten wrong passwords.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from identity.errors import ApiError
from identity.models import Member
from identity.models.lockable import Lockable
from identity.operations import audit, notices

# The refusals that are wrong answers; whatever else goes wrong says nothing about a guess.
WRONG_ANSWERS = frozenset(
    {
        "otp_code_not_found",
        "unable_to_auth_otp_code",
        "unable_to_authenticate_recovery_code",
        "unable_to_authenticate_totp",
        "unauthorized_credentials",
    }
)


@dataclass(slots=True)
class Guess:
    """A right answer forgets earlier wrong ones, unless more is to be proven after it.

    Otherwise who knows the password could type it between guesses of the second factor, for ever.
    """

    forgives: bool = True


def guarded(member: Member, *, now: datetime) -> AbstractContextManager[Guess]:
    """This will count the block against what lies behind a proof; see `counted`."""
    return counted(member, told=lambda: _tell(member, now=now), now=now)


@contextmanager
def counted(who: Lockable, *, told: Callable[[], None], now: datetime) -> Iterator[Guess]:
    """This will count the block as a failure if it ends with a wrong answer; success forgets all.

    `told` is called once when that locks. Counted before and taken back after, so that guesses
    made at once can't all slip through. Raises user_lock_limit_reached 429 while the lock holds.
    Call it outside of any transaction: what that rolls back must stay counted.
    """
    _take(who, told=told, now=now)
    guess = Guess()
    try:
        yield guess
    except ApiError as error:
        if error.error_type in WRONG_ANSWERS:
            _lock_if_due(who, told=told, now=now)
        else:
            _give_back(who)
        raise
    except BaseException:
        _give_back(who)
        raise
    if guess.forgives:
        _rows(who).update(failed_attempts=0)
    else:
        _give_back(who)


def lift(who: Lockable) -> None:
    """For who has proven everything in another way than by guessing."""
    _rows(who).update(failed_attempts=0, locked_at=None, lock_expires_at=None)


def is_locked(member: Member, *, now: datetime) -> bool:
    return member.lock_expires_at is not None and now < member.lock_expires_at


def locked(*, retry_after: int | None = None) -> ApiError:
    """The status is UNKNOWN in the contract; 429 because waiting is what helps."""
    return ApiError(
        429,
        "user_lock_limit_reached",
        "Too many failed attempts: the member is locked for now.",
        retry_after=retry_after,
    )


def _take(who: Lockable, *, told: Callable[[], None], now: datetime) -> None:
    """One conditional UPDATE, so that the last try is taken once."""
    unlocked = Q(lock_expires_at=None) | Q(lock_expires_at__lte=now)
    free = _rows(who).filter(unlocked, failed_attempts__lt=settings.MEMBER_LOCK_FAILURES)
    if not free.update(failed_attempts=F("failed_attempts") + 1):
        # Tries that never came to an end (a process killed) become a lock, which ends.
        _lock_if_due(who, told=told, now=now)
        raise locked(retry_after=_seconds_left(who, now=now))


def _seconds_left(who: Lockable, *, now: datetime) -> int | None:
    until: datetime | None = _rows(who).values_list("lock_expires_at", flat=True).first()
    return max(1, ceil((until - now).total_seconds())) if until else None


def _give_back(who: Lockable) -> None:
    rows = _rows(who).filter(failed_attempts__gt=0)
    rows.update(failed_attempts=F("failed_attempts") - 1)


def _lock_if_due(who: Lockable, *, told: Callable[[], None], now: datetime) -> None:
    due = _rows(who).filter(failed_attempts__gte=settings.MEMBER_LOCK_FAILURES)
    until = now + timedelta(minutes=settings.MEMBER_LOCK_MINUTES)
    if due.update(failed_attempts=0, locked_at=now, lock_expires_at=until):
        told()


def _tell(member: Member, *, now: datetime) -> None:
    audit.record(action="member.lock", outcome="success", member=member, now=now)
    notices.tell(member, notices.locked(), now=now)


def _rows(who: Lockable) -> QuerySet[Any]:
    return type(who)._default_manager.filter(pk=who.pk)
