"""Codes by text: made, and proven once (CONTRACT 2.4, 8.1)."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F

from identity.errors import ApiError, not_found, unauthorized
from identity.factors import Factor
from identity.models import Member, SmsCode
from identity.models.member import new_phone_id
from identity.models.replay import REPLAY_WINDOW
from identity.operations import notices, second_step
from identity.operations.allowances import TRIES
from identity.operations.code_refusals import tried_too_often
from identity.operations.second_factor import Kind, Proven
from identity.operations.second_step import Step
from identity.tokens import hash_code, new_code, same

# CONTRACT 8.1.
MINUTES = 2


def issue(member: Member, *, now: datetime) -> tuple[SmsCode, str]:
    """This will store a new code for the member's phone; it outdates every earlier one."""
    code, salt = new_code(), secrets.token_hex(16)
    row = SmsCode.objects.create(
        member=member,
        phone_number=member.mfa_phone_number,
        salt=salt,
        code_hash=hash_code(code, salt=salt),
        created_at=now,
        expires_at=now + timedelta(minutes=MINUTES),
    )
    return row, code


def just_sent(member: Member, *, now: datetime) -> bool:
    """Within the seconds in which the same post is the same post, and still good."""
    row = SmsCode.objects.filter(member=member).first()
    return (
        row is not None
        and row.phone_number == member.mfa_phone_number
        and row.consumed_at is None
        and row.tries < TRIES
        and now - row.created_at < REPLAY_WINDOW
    )


def _newest(member: Member, now: datetime) -> Iterable[SmsCode]:
    return SmsCode.objects.filter(member=member)[:1]


def _prove(step: Step, code: str, now: datetime) -> Proven | ApiError:
    member = step.member
    row = SmsCode.objects.filter(member=member).first()
    # Hashed in any case, so that no code takes as long as a wrong one.
    hashed = hash_code(code, salt=row.salt if row else "")
    if row is None:
        return _wrong()
    if row.tries >= TRIES:
        return tried_too_often()
    if not same(hashed, row.code_hash):
        SmsCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        return _wrong()
    if row.consumed_at or row.expires_at <= now or row.phone_number != member.mfa_phone_number:
        return _used()
    if member.mfa_phone_number_verified:
        return Proven(row, _factor(member, member.mfa_phone_id, now=now))
    second_step.check_may_enrol(step)
    phone_id = member.mfa_phone_id or new_phone_id()
    changes = {
        "mfa_phone_number_verified": True,
        "mfa_phone_id": phone_id,
        "mfa_phone_typed_in": "",
        "mfa_phone_typed_at": None,
    }
    return Proven(row, _factor(member, phone_id, now=now), changes, notices.PHONE_ADDED)


def _factor(member: Member, phone_id: str, *, now: datetime) -> Factor:
    detail = {"phone_id": phone_id, "phone_number": member.mfa_phone_number}
    return Factor("otp", "sms", now, "phone_number_factor", detail)


def _wrong() -> ApiError:
    return not_found("otp_code_not_found", "The code is wrong. Use the newest one that was sent.")


def _used() -> ApiError:
    return unauthorized("unable_to_auth_otp_code", "The code was used or has expired.")


KIND = Kind("sms_otp", second_step.SMS_OTP, _newest, _prove)
