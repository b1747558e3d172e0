"""Codes of an authenticator app: right within a step of 30 seconds, and once (CONTRACT 2.5)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyotp

from identity.errors import ApiError, not_found, unauthorized
from identity.factors import Factor
from identity.models import Member, TotpRegistration
from identity.operations import notices, recovery_codes, second_step, typed_numbers
from identity.operations.second_factor import Kind, Proven
from identity.operations.second_step import Step
from identity.tokens import same, sealer

SEALED_FOR = "totp-secret"
# A clock may be half a minute off, and typing takes time (RFC 6238, 5.2).
STEPS_OFF = (-1, 0, 1)


def activate(registration: TotpRegistration, *, now: datetime) -> dict[str, Any]:
    """From here on it counts, and its recovery codes work; returns what changes on the member."""
    registration.activated_at = now
    registration.save(update_fields=["activated_at"])
    recovery_codes.activate(registration)
    return {"totp_registration_id": registration.totp_registration_id}


def _newest(member: Member, now: datetime) -> Iterable[TotpRegistration]:
    return member.totp_registrations.all()[:1]


def _prove(step: Step, code: str, now: datetime) -> Proven | ApiError:
    registration = step.member.totp_registrations.first()
    if registration is None:
        return not_found("totp_not_found", "The member has no authenticator app.")
    is_pending = registration.activated_at is None
    if is_pending and registration.expires_at <= now:
        return unauthorized("expired_totp", "The registration has expired. Begin again.")
    at = _step_of(code, registration, now=now)
    if at is None:
        return unauthorized("unable_to_authenticate_totp", "The code is wrong or has expired.")
    if at <= registration.newest_step:
        return unauthorized(
            "totp_code_already_authenticated", "The code was used. Wait for the next one."
        )
    registration.newest_step = at
    registration.save(update_fields=["newest_step"])
    if not is_pending:
        return Proven(registration, _factor(registration, now=now))
    typed_numbers.check_may_enrol_app(step)
    changes = activate(registration, now=now)
    return Proven(registration, _factor(registration, now=now), changes, notices.TOTP_ADDED)


def _step_of(code: str, registration: TotpRegistration, *, now: datetime) -> int | None:
    """The newest step whose code this is; all are compared, so that time tells nothing."""
    secret = sealer(SEALED_FOR).decrypt(bytes(registration.secret_sealed)).decode()
    totp = pyotp.TOTP(secret)
    around = [totp.timecode(now) + off for off in STEPS_OFF]
    right = [at for at in around if same(totp.generate_otp(at), code)]
    return max(right, default=None)


def _factor(registration: TotpRegistration, *, now: datetime) -> Factor:
    detail = {"totp_id": registration.totp_registration_id}
    return Factor("totp", "authenticator_app", now, "authenticator_app_factor", detail)


KIND = Kind("totp", second_step.TOTP, _newest, _prove)
