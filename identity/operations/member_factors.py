"""Takes factors and addresses away from a member; sessions keep what was proven (CONTRACT 2.9)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from identity.errors import not_found
from identity.models import Member, SmsCode, TotpRegistration
from identity.operations import (
    audit,
    kept_passwords,
    members,
    notices,
    recovery_codes,
    typed_numbers,
)


def remove_phone(*, member: Member, now: datetime) -> Member:
    cleared = {**typed_numbers.FORGOTTEN, "mfa_phone_number_verified": False}
    had = bool(member.mfa_phone_number)
    with transaction.atomic():
        SmsCode.objects.filter(member=member).delete()
        member = _clear(member, cleared, action="member.delete_mfa_phone", now=now)
        recovery_codes.forget_without_factor(member)
    if had:
        notices.tell(member, notices.PHONE_REMOVED, now=now)
    return member


def remove_totp(*, member: Member, now: datetime) -> Member:
    """A pending registration goes too: whoever takes an app away wants none to appear."""
    had = bool(member.totp_registration_id)
    with transaction.atomic():
        TotpRegistration.objects.filter(member=member).delete()
        cleared = {"totp_registration_id": ""}
        member = _clear(member, cleared, action="member.delete_totp", now=now)
        recovery_codes.forget_without_factor(member)
    if had:
        notices.tell(member, notices.TOTP_REMOVED, now=now)
    return member


def remove_password(*, member: Member, now: datetime) -> Member:
    """Sessions begun with it go on (INFERRED); it opens no new one."""
    had = bool(member.member_password_id)
    with transaction.atomic():
        kept_passwords.forget(members.locked(member))
        cleared = {"member_password_id": ""}
        member = _clear(member, cleared, action="member.delete_password", now=now)
    if had:
        notices.tell(member, notices.PASSWORD_REMOVED, now=now)
    return member


def remove_external_id(*, member: Member, now: datetime) -> Member:
    return _clear(member, {"external_id": None}, action="member.delete_external_id", now=now)


def unlink_retired(
    *, member: Member, email_id: str = "", email_address: str = "", now: datetime
) -> Member:
    """Whatever selectors are given must match the same retired address."""
    asked = {"email_id": email_id, "email_address": email_address}
    asked = {name: value for name, value in asked.items() if value}
    kept = [
        each
        for each in member.retired_email_addresses
        if any(each[name] != value for name, value in asked.items())
    ]
    if not asked or len(kept) == len(member.retired_email_addresses):
        raise not_found("email_not_found", "Email could not be found.")
    cleared = {"retired_email_addresses": kept}
    return _clear(member, cleared, action="member.unlink_retired_email", now=now)


def _clear(member: Member, cleared: dict[str, Any], *, action: str, now: datetime) -> Member:
    with transaction.atomic():
        member = members.locked(member)
        for name, value in cleared.items():
            setattr(member, name, value)
        member.default_mfa_method = _default_method(member)
        member.updated_at = now
        member.save(update_fields=[*cleared, "default_mfa_method", "updated_at"])
        audit.record(action=action, outcome="success", member=member, now=now)
    return member


def _default_method(member: Member) -> str:
    """The default moves to what is left."""
    has = {"sms_otp": member.mfa_phone_number, "totp": member.totp_registration_id}
    if has.get(member.default_mfa_method):
        return member.default_mfa_method
    return next((method for method, value in has.items() if value), "")
