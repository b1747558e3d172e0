"""A member's lock: ten wrong answers in a row, whatever to, close every step for an hour (8.3).

Why guessing a second factor is hopeless. Whoever has a member's first factor gets 10 tries and
then waits an hour, so 240 a day at most; `allowances.guess_second` stops at a quarter or half of
that. An authenticator has 3 codes that are right at any moment (one step around now) out of 10^6:
120 tries a day have a chance of 0.036 %. Codes by text are less: one right code out of 10^6, dead
after 5 wrong tries and 2 minutes. A recovery code has 60 bits. And the tenth failure is told by
mail, long before chance has its day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import F, Q

from identity.errors import ApiError
from identity.models import Member
from identity.operations import audit, notices

# CONTRACT 8.3, both of them.
FAILURES = 10
LOCKED_FOR = timedelta(hours=1)
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


@contextmanager
def guarded(member: Member, *, now: datetime) -> Iterator[None]:
    """This will count the block as a failure if it ends with a wrong answer; success forgets all.

    Counted before and taken back after, so that guesses made at once can't all slip through.
    Raises user_lock_limit_reached 429 while the lock holds. Call it outside of any transaction:
    what that rolls back must stay counted.
    """
    _take(member, now=now)
    try:
        yield
    except ApiError as error:
        if error.error_type in WRONG_ANSWERS:
            _lock_if_due(member, now=now)
        else:
            _give_back(member)
        raise
    except BaseException:
        _give_back(member)
        raise
    Member.objects.filter(pk=member.pk).update(failed_attempts=0)


def is_locked(member: Member, *, now: datetime) -> bool:
    return member.lock_expires_at is not None and now < member.lock_expires_at


def locked() -> ApiError:
    """The status is UNKNOWN in the contract; 429 because waiting is what helps."""
    return ApiError(
        429, "user_lock_limit_reached", "Too many failed attempts: the member is locked for now."
    )


def _take(member: Member, *, now: datetime) -> None:
    """One conditional UPDATE, so that the tenth try is taken once."""
    rows = Member.objects.filter(Q(lock_expires_at=None) | Q(lock_expires_at__lte=now))
    free = rows.filter(pk=member.pk, failed_attempts__lt=FAILURES)
    if not free.update(failed_attempts=F("failed_attempts") + 1):
        # Ten tries that never came to an end (a process killed) become a lock, which ends.
        _lock_if_due(member, now=now)
        raise locked()


def _give_back(member: Member) -> None:
    rows = Member.objects.filter(pk=member.pk, failed_attempts__gt=0)
    rows.update(failed_attempts=F("failed_attempts") - 1)


def _lock_if_due(member: Member, *, now: datetime) -> None:
    due = Member.objects.filter(pk=member.pk, failed_attempts__gte=FAILURES)
    until = now + LOCKED_FOR
    if due.update(failed_attempts=0, locked_at=now, lock_expires_at=until):
        audit.record(action="member.lock", outcome="success", member=member, now=now)
        notices.tell(member, notices.LOCKED, now=now)
