"""Six-digit codes: made, and redeemed once (CONTRACT 2.4, 8.1)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from identity.errors import ApiError, bad_request
from identity.models import EmailCode, Member, Organization
from identity.operations import allowances, code_refusals, one_time
from identity.operations.allowances import TRIES
from identity.operations.one_time import Answer, Repeated, Use
from identity.tokens import hash_code, new_code, same
from identity.visitors import Visitor

Verdict = EmailCode | Repeated | ApiError

DEFAULT_MINUTES = 10
MINUTES = range(2, 16)


def issue(
    *,
    email_address: str,
    minutes: int,
    visitor: Visitor,
    purse: str = "",
    now: datetime,
    organization: Organization | None = None,
    member: Member | None = None,
) -> tuple[EmailCode, str]:
    """This will store a new code; it outdates every earlier one of the address, of any flow.

    But for the browser that asked for an earlier one: there that one stays good beside the new, or
    a stranger who asks for codes all day would make each of the person's own a wrong one.
    """
    code, salt = new_code(), secrets.token_hex(16)
    row = EmailCode.objects.create(
        email_address=email_address,
        organization=organization,
        member=member,
        asked_by=visitor.browser,
        purse=purse,
        salt=salt,
        code_hash=hash_code(code, salt=salt),
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    return row, code


def checked_minutes(minutes: int | None) -> int:
    if minutes is None:
        return DEFAULT_MINUTES
    if minutes not in MINUTES:
        raise bad_request("invalid_expiration_otp", "Codes can live for 2 to 15 minutes.")
    return minutes


class Given(NamedTuple):
    """`shown` is what a repeated post has to show (one_time.py)."""

    code: str
    shown: str


@dataclass(frozen=True, slots=True)
class Aim:
    """Whether there is a living code that this browser asked for, and one that it didn't."""

    at_own: bool
    at_others: bool

    def __bool__(self) -> bool:
        return self.at_own or self.at_others


def aim(
    *, email_address: str, organization: Organization | None, visitor: Visitor, now: datetime
) -> Aim:
    """What a guess could hit: the newest code of this browser, and the newest of all."""
    own, newest = _candidates(EmailCode.objects.all(), email_address, visitor)
    at_own = _lives(own, organization, now=now) and own is not None and own.own_tries < TRIES
    others = newest if own is None or newest != own else None
    at_others = _lives(others, organization, now=now) and others is not None
    return Aim(at_own, at_others and others is not None and others.tries < TRIES)


def redeem(
    *,
    email_address: str,
    organization: Organization | None,
    code: str,
    visitor: Visitor,
    at_others: bool = True,
    by: Use[EmailCode, Answer],
    now: datetime,
) -> Answer:
    """This will use up the code, or raise why it can't be; only the newest of the address counts,
    and the newest that this browser asked for. `at_others`: whether the former may be tried.
    """
    given = Given(code, shown=one_time.shown_by(visitor, code))
    with transaction.atomic():
        rows = EmailCode.objects.select_for_update()
        own, newest = _candidates(rows, email_address, visitor)
        verdict = _check(own, newest, organization, given, at_others=at_others, now=now)
        used = code_refusals.used()
        answer = one_time.use(verdict, by=by, presented=given.shown, used=used, now=now)
        if isinstance(verdict, EmailCode) and not isinstance(answer, ApiError):
            _settle(verdict, visitor)
    if isinstance(answer, ApiError):
        raise answer
    return answer


def _settle(used: EmailCode, visitor: Visitor) -> None:
    """Neither it counts any longer, nor does what that browser asked for before and nobody tried.

    Those are dead since the newer one was sent; people ask twice when a mail is slow.
    """
    untried = EmailCode.objects.filter(
        email_address=used.email_address, asked_by=used.asked_by, tries=0, own_tries=0
    )
    earlier = untried.filter(consumed_at=None).exclude(pk=used.pk) if used.asked_by else ()
    for row in (used, *earlier):
        allowances.redeemed(
            email_address=row.email_address,
            whose=row.purse,
            asked_by=row.asked_by,
            visitor=visitor,
            sent_at=row.created_at,
        )
        if row != used:
            row.delete()


def _candidates(
    rows: QuerySet[EmailCode], email_address: str, visitor: Visitor
) -> tuple[EmailCode | None, EmailCode | None]:
    """Locked ones stay so until the end of the transaction: of two posts one is the second."""
    found = rows.filter(email_address=email_address)
    own = found.filter(asked_by=visitor.browser).first() if visitor.browser else None
    return own, found.first()


def _lives(row: EmailCode | None, organization: Organization | None, *, now: datetime) -> bool:
    return (
        row is not None
        and row.organization_id == _id(organization)
        and row.consumed_at is None
        and now < row.expires_at
    )


def _check(
    own: EmailCode | None,
    newest: EmailCode | None,
    organization: Organization | None,
    given: Given,
    *,
    at_others: bool,
    now: datetime,
) -> Verdict:
    """Of this browser's own code first, of another's that is newer then."""
    first = _judged(own or newest, organization, given, is_own=own is not None, now=now)
    if own in (None, newest) or not at_others or not isinstance(first, ApiError):
        return first
    second = _judged(newest, organization, given, is_own=False, now=now)
    was_wrong = first.error_type == code_refusals.wrong().error_type
    return first if isinstance(second, ApiError) and was_wrong else second


def _judged(
    row: EmailCode | None,
    organization: Organization | None,
    given: Given,
    *,
    is_own: bool,
    now: datetime,
) -> Verdict:
    # Hashed in any case, so that no code takes as long as a wrong one.
    hashed = hash_code(given.code, salt=row.salt if row else "")
    if row is None or row.organization_id != _id(organization):
        return code_refusals.wrong()
    counted = "own_tries" if is_own else "tries"
    if getattr(row, counted) >= TRIES:
        return code_refusals.tried_too_often()
    if not same(hashed, row.code_hash):
        EmailCode.objects.filter(pk=row.pk).update(**{counted: F(counted) + 1})
        return code_refusals.wrong()
    if answer := row.replay(presented=given.shown, now=now):
        return Repeated(answer)
    return code_refusals.used() if row.consumed_at or row.expires_at <= now else row


def _id(organization: Organization | None) -> str | None:
    return organization.organization_id if organization else None
