"""Six-digit codes: made, and redeemed once (CONTRACT 2.4, 8.1)."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from identity.errors import ApiError, bad_request, not_found, unauthorized
from identity.models import EmailCode, Member, Organization
from identity.operations import one_time
from identity.operations.one_time import Answer, Repeated, Use
from identity.tokens import hash_code, new_code, same

# After these a code is dead even for who knows it; the contract leaves the number open (10.4).
TRIES = 5
DEFAULT_MINUTES = 10
MINUTES = range(2, 16)


def issue(
    *,
    email_address: str,
    minutes: int,
    now: datetime,
    organization: Organization | None = None,
    member: Member | None = None,
) -> tuple[EmailCode, str]:
    """This will store a new code; it outdates every earlier one of the address, of any flow."""
    code, salt = new_code(), secrets.token_hex(16)
    row = EmailCode.objects.create(
        email_address=email_address,
        organization=organization,
        member=member,
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


def redeem(
    *,
    email_address: str,
    organization: Organization | None,
    code: str,
    by: Use[EmailCode, Answer],
    now: datetime,
) -> Answer:
    """This will use up the newest code of the address, or raise why it can't be."""
    with transaction.atomic():
        verdict = _check(email_address, organization=organization, code=code, now=now)
        answer = one_time.use(verdict, by=by, presented=code, used=_used(), now=now)
    if isinstance(answer, ApiError):
        raise answer
    return answer


def _check(
    email_address: str, *, organization: Organization | None, code: str, now: datetime
) -> EmailCode | Repeated | ApiError:
    """The row stays locked until the end of the transaction: of two posts one is the second."""
    row = EmailCode.objects.select_for_update().filter(email_address=email_address).first()
    # Hashed in any case, so that no code takes as long as a wrong one.
    hashed = hash_code(code, salt=row.salt if row else "")
    if row is None or row.organization_id != _id(organization):
        return _wrong()
    if row.tries >= TRIES:
        return _used()
    if not same(hashed, row.code_hash):
        EmailCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        return _wrong()
    answer = row.replay(presented=code, now=now)
    if answer:
        return Repeated(answer)
    return _used() if row.consumed_at or row.expires_at <= now else row


def _id(organization: Organization | None) -> str | None:
    return organization.organization_id if organization else None


def _wrong() -> ApiError:
    return not_found("otp_code_not_found", "The code is wrong. Use the newest one that was sent.")


def _used() -> ApiError:
    return unauthorized("unable_to_auth_otp_code", "The code was used or has expired.")
