"""Authenticator apps: registered, activated by their first code, migrated (CONTRACT 2.5)."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp
import segno
from django.db import transaction

from identity.delivery import one_line
from identity.errors import ApiError, bad_request
from identity.models import Member, RecoveryCode, TotpRegistration
from identity.operations import (
    audit,
    members,
    notices,
    recovery_codes,
    second_factor,
    second_step,
    totp_codes,
    typed_numbers,
)
from identity.operations.mailbox import Held
from identity.operations.second_factor import Given
from identity.operations.sign_in import Finished
from identity.tokens import sealer

# CONTRACT 8.1.
DEFAULT_MINUTES = 60
MINUTES = range(5, 1441)
# 32 base32 signs, as in CONTRACT 1.6, are 160 bits.
SECRET_LENGTH = 32
# RFC 4226 wants 128 bits at least; many apps in use have 80.
SHORTEST_SECRET = 10
QR_SCALE = 4
SIX_DIGITS = re.compile(r"[0-9]{6}")
RECOVERY_CODE = re.compile(r"\w{4}-\w{4}-\w{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Registered:
    member: Member
    registration_id: str
    recovery_codes: tuple[str, ...] = field(repr=False)
    secret: str = field(default="", repr=False)
    qr_code: str = field(default="", repr=False)


def create(*, member: Member, held: Held, minutes: int | None, now: datetime) -> Registered:
    """This will begin a registration, in place of one that was never finished.

    Recovery codes come with the first one; they work from its activation on.
    Raises what `second_step.permitted` and `check_may_enrol_app` raise, active_totp_exists and
    invalid_expiration 400.
    """
    lifetime = timedelta(minutes=_checked_minutes(minutes))
    with transaction.atomic():
        today = members.locked(member)
        step = second_step.permitted(today, held=held, method=second_step.TOTP, now=now)
        _check_none_active(today)
        typed_numbers.check_may_enrol_app(step)
        secret = pyotp.random_base32(SECRET_LENGTH)
        registration = _register(today, secret, ends=now + lifetime, now=now)
        codes = recovery_codes.of(today) or recovery_codes.mint(
            today, pending=registration, now=now
        )
        audit.record(action="totp.create", outcome="success", member=today, factor="totp", now=now)
    return Registered(today, registration.pk, codes, secret, _qr_code(today, secret))


def authenticate(*, given: Given, now: datetime) -> Finished:
    """This will prove a code; the first one activates the registration.

    Raises what `second_factor.authenticate` raises; invalid_totp_code and
    recovery_code_used_as_totp_code 400, totp_not_found 404, expired_totp,
    unable_to_authenticate_totp and totp_code_already_authenticated 401 (statuses INFERRED).
    """
    if RECOVERY_CODE.fullmatch(given.code):
        raise bad_request("recovery_code_used_as_totp_code", "This looks like a recovery code.")
    if not SIX_DIGITS.fullmatch(given.code):
        raise bad_request("invalid_totp_code", "Codes are six digits.")
    return second_factor.authenticate(totp_codes.KIND, given=given, now=now)


def migrate(*, member: Member, secret: str, codes: Sequence[str], now: datetime) -> Registered:
    """This will take over an app that is in use elsewhere: active at once (INFERRED).

    Recovery codes that are given replace those there are.
    """
    known = _checked_secret(secret)
    with transaction.atomic():
        today = members.locked(member)
        _check_none_active(today)
        registration = _register(today, known, ends=now, now=now)
        second_factor.keep(today, totp_codes.activate(registration, now=now), now=now)
        if codes:
            RecoveryCode.objects.filter(member=today).delete()
        kept = () if codes else recovery_codes.of(today)
        held = kept or recovery_codes.mint(today, codes=codes, now=now)
        audit.record(action="totp.migrate", outcome="success", member=today, factor="totp", now=now)
    notices.tell(today, notices.TOTP_ADDED, now=now)
    return Registered(today, registration.pk, held)


def _register(member: Member, secret: str, *, ends: datetime, now: datetime) -> TotpRegistration:
    """The pending one that was there goes, with the recovery codes that came with it."""
    member.totp_registrations.filter(activated_at=None).delete()
    sealed = sealer(totp_codes.SEALED_FOR).encrypt(secret.encode())
    return TotpRegistration.objects.create(
        member=member, secret_sealed=sealed, created_at=now, expires_at=ends
    )


def _check_none_active(member: Member) -> None:
    if member.totp_registration_id:
        raise bad_request("active_totp_exists", "The member already has an authenticator app.")


def _checked_minutes(minutes: int | None) -> int:
    if minutes is None:
        return DEFAULT_MINUTES
    if minutes not in MINUTES:
        raise bad_request("invalid_expiration", "Registrations can wait for 5 to 1440 minutes.")
    return minutes


def _checked_secret(secret: str) -> str:
    """Base32 as apps show it: in groups, in any case, without padding."""
    known = "".join(secret.split()).upper().rstrip("=")
    try:
        length = len(base64.b32decode(known + "=" * (-len(known) % 8)))
    except (binascii.Error, ValueError) as error:
        raise _invalid_secret() from error
    if length < SHORTEST_SECRET:
        raise _invalid_secret()
    return known


def _invalid_secret() -> ApiError:
    return bad_request("invalid_totp_secret", "The secret must be base32, 10 bytes at least.")


def _qr_code(member: Member, secret: str) -> str:
    """A picture of the otpauth address: `data:image/png;base64,…` (CONTRACT 1.6)."""
    issuer = one_line(member.organization.organization_name)
    uri = pyotp.TOTP(secret).provisioning_uri(name=member.email_address, issuer_name=issuer)
    return segno.make(uri, micro=False).png_data_uri(scale=QR_SCALE)
