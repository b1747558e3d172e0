"""Texts, authenticator apps and recovery codes through the SDK (CONTRACT 2.4, 2.5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from stytch import B2BClient
from stytch.core.response_base import StytchError

from tests import phones
from tests.contract.conftest import code_for
from tests.contract.routes import calls

NUMBER = "+14155551234"


@pytest.fixture
def strict(sdk: B2BClient) -> Any:
    """An organization that wants a second factor of everybody."""
    response = sdk.organizations.create(
        organization_name="Strict", organization_slug="strict", mfa_policy="REQUIRED_FOR_ALL"
    )
    return response.organization


@pytest.fixture
def eve(sdk: B2BClient, strict: Any) -> dict[str, str]:
    """A member of it, as the two ids that every call takes."""
    response = sdk.organizations.members.create(strict.organization_id, "eve@strict.example")
    return {"organization_id": strict.organization_id, "member_id": response.member_id}


def first_step(sdk: B2BClient, eve: dict[str, str]) -> Any:
    who = {"organization_id": eve["organization_id"], "email_address": "eve@strict.example"}
    sdk.otps.email.login_or_signup(**who)
    return sdk.otps.email.authenticate(**who, code=code_for("eve@strict.example"))


def token(sdk: B2BClient, eve: dict[str, str]) -> str:
    return str(first_step(sdk, eve).intermediate_session_token)


def in_a_minute(secret: str, *, minutes: float = 0) -> str:
    """A code of the next step is right already; that one, because each is good once."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(minutes=minutes))


def types(response: Any) -> list[str]:
    return [each.type for each in response.member_session.authentication_factors]


@calls("POST /v1/b2b/otps/sms/send")
@calls("POST /v1/b2b/otps/sms/authenticate")
def test_a_phone_enrolled_while_signing_in(sdk: B2BClient, eve: dict[str, str]) -> None:
    started = first_step(sdk, eve)
    assert not started.member_authenticated
    assert started.mfa_required.member_options is None
    held = {"intermediate_session_token": started.intermediate_session_token}
    sent = sdk.otps.sms.send(**eve, **held, mfa_phone_number=NUMBER, locale="de-DE")
    assert (sent.member.mfa_phone_number, sent.member.mfa_phone_number_verified) == (NUMBER, False)
    response = sdk.otps.sms.authenticate(
        **eve,
        **held,
        code=phones.code(NUMBER),
        session_duration_minutes=30,
        session_custom_claims={"plan": "x"},
        set_mfa_enrollment="enroll",
        set_default_mfa=True,
        telemetry_id="none",
    )
    assert types(response) == ["email_otp", "otp"]
    assert response.member_session.custom_claims == {"plan": "x"}
    assert response.member.mfa_phone_number_verified
    assert (response.member.mfa_enrolled, response.member.default_mfa_method) == (True, "sms_otp")


@calls("POST /v1/b2b/otps/sms/authenticate")
def test_a_code_is_texted_by_itself(sdk: B2BClient, eve: dict[str, str]) -> None:
    held = {"intermediate_session_token": token(sdk, eve)}
    sdk.otps.sms.send(**eve, **held, mfa_phone_number=NUMBER)
    sdk.otps.sms.authenticate(**eve, **held, code=phones.code(NUMBER))
    started = first_step(sdk, eve)
    assert started.mfa_required.secondary_auth_initiated == "sms_otp"
    assert started.mfa_required.member_options.mfa_phone_number == "XXXXXXX1234"
    response = sdk.otps.sms.authenticate(
        **eve,
        code=phones.code(NUMBER),
        intermediate_session_token=started.intermediate_session_token,
    )
    assert sdk.sessions.authenticate(session_token=response.session_token)


@calls("POST /v1/b2b/otps/sms/send")
def test_texts_without_a_token(sdk: B2BClient, eve: dict[str, str]) -> None:
    """(QUALITY 29)"""
    with pytest.raises(StytchError) as error:
        sdk.otps.sms.send(**eve, mfa_phone_number=NUMBER)
    assert error.value.details.error_type == "no_session_arguments"
    assert not phones.outbox


@calls("POST /v1/b2b/totp")
@calls("POST /v1/b2b/totp/authenticate")
@calls("POST /v1/b2b/recovery_codes/recover")
def test_an_app_enrolled_then_lost(sdk: B2BClient, eve: dict[str, str]) -> None:
    held = {"intermediate_session_token": token(sdk, eve)}
    created = sdk.totps.create(**eve, **held, expiration_minutes=5)
    assert created.qr_code.startswith("data:image/png;base64,")
    assert (len(created.secret), len(created.recovery_codes)) == (32, 10)
    assert created.member.totp_registration_id == ""
    active = sdk.totps.authenticate(**eve, **held, code=in_a_minute(created.secret))
    assert active.member.totp_registration_id == created.totp_registration_id
    assert types(active) == ["email_otp", "totp"]
    again = sdk.totps.authenticate(
        **eve,
        intermediate_session_token=token(sdk, eve),
        code=in_a_minute(created.secret, minutes=0.5),
        set_default_mfa=True,
        session_duration_minutes=5,
    )
    assert again.session_jwt
    recovered = sdk.recovery_codes.recover(
        **eve,
        recovery_code=created.recovery_codes[0],
        intermediate_session_token=token(sdk, eve),
        session_duration_minutes=5,
        session_custom_claims={"plan": "x"},
    )
    assert recovered.recovery_codes_remaining == 9
    assert types(recovered) == ["email_otp", "recovery_codes"]


@calls("POST /v1/b2b/totp/authenticate")
def test_a_wrong_code_of_an_app(sdk: B2BClient, eve: dict[str, str]) -> None:
    held = {"intermediate_session_token": token(sdk, eve)}
    created = sdk.totps.create(**eve, **held)
    wrong = f"{(int(in_a_minute(created.secret, minutes=60)) + 1) % 1_000_000:06}"
    with pytest.raises(StytchError) as error:
        sdk.totps.authenticate(**eve, **held, code=wrong)
    assert error.value.details.error_type == "unable_to_authenticate_totp"
    assert sdk.totps.authenticate(**eve, **held, code=in_a_minute(created.secret)).session_token


@calls("POST /v1/b2b/totp/migrate")
@calls("GET /v1/b2b/recovery_codes/{organization_id}/{member_id}")
@calls("POST /v1/b2b/recovery_codes/rotate")
def test_an_app_that_comes_along(sdk: B2BClient, eve: dict[str, str]) -> None:
    secret = pyotp.random_base32()
    migrated = sdk.totps.migrate(**eve, secret=secret, recovery_codes=[])
    assert len(migrated.recovery_codes) == 10
    assert migrated.member.totp_registration_id == migrated.totp_registration_id
    assert sdk.recovery_codes.get(**eve).recovery_codes == migrated.recovery_codes
    rotated = sdk.recovery_codes.rotate(**eve).recovery_codes
    assert not set(rotated) & set(migrated.recovery_codes)
    held = {"intermediate_session_token": token(sdk, eve)}
    assert sdk.totps.authenticate(**eve, **held, code=in_a_minute(secret)).member_session
    with pytest.raises(StytchError) as error:
        sdk.totps.migrate(**eve, secret=secret, recovery_codes=[])
    assert error.value.details.error_type == "active_totp_exists"
