"""Codes through the SDK with everything it can say, and the errors it understands."""

from typing import Any

import pytest
from pytest_django import Settings
from stytch import B2BClient
from stytch.core.response_base import StytchError

from tests.contract.conftest import code_for
from tests.contract.routes import calls

BOB = "bob@acme.example"


def refusal(error: pytest.ExceptionInfo[StytchError]) -> tuple[int, str]:
    return error.value.details.status_code, str(error.value.details.error_type)


@calls("POST /v1/b2b/otps/email/login_or_signup")
@calls("POST /v1/b2b/otps/email/authenticate")
def test_every_parameter_is_taken(sdk: B2BClient, acme: Any) -> None:
    sdk.otps.email.login_or_signup(
        acme.organization_id,
        BOB,
        login_template_id="ours",
        signup_template_id="ours",
        locale="pt-br",
        login_expiration_minutes=2,
        signup_expiration_minutes=15,
    )
    response = sdk.otps.email.authenticate(
        acme.organization_id,
        BOB,
        code_for(BOB),
        session_duration_minutes=5,
        session_custom_claims={"plan": "x"},
        locale="fr",
        telemetry_id="none",
    )
    assert response.member_session.custom_claims == {"plan": "x"}
    assert response.method_id
    assert response.organization_id == acme.organization_id


@calls("POST /v1/b2b/otps/email/authenticate")
def test_a_session_of_the_same_member_is_continued(
    sdk: B2BClient, acme: Any, signed_in: Any
) -> None:
    sdk.otps.email.login_or_signup(acme.organization_id, signed_in.member.email_address)
    response = sdk.otps.email.authenticate(
        acme.organization_id,
        signed_in.member.email_address,
        code_for(signed_in.member.email_address),
        session_token=signed_in.session_token,
    )
    before, after = signed_in.member_session, response.member_session
    assert after.member_session_id == before.member_session_id


@calls("POST /v1/b2b/otps/email/discovery/send")
@calls("POST /v1/b2b/otps/email/discovery/authenticate")
def test_a_dead_code_and_a_malformed_one(sdk: B2BClient) -> None:
    sdk.otps.email.discovery.send(BOB, discovery_expiration_minutes=5, locale="zh-Hans")
    right = code_for(BOB)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        with pytest.raises(StytchError) as error:
            sdk.otps.email.discovery.authenticate(BOB, wrong)
        assert refusal(error) == (404, "otp_code_not_found")
    with pytest.raises(StytchError) as error:
        sdk.otps.email.discovery.authenticate(BOB, right)
    assert refusal(error) == (401, "unable_to_auth_otp_code")
    with pytest.raises(StytchError) as error:
        sdk.otps.email.discovery.authenticate(BOB, "12 345")
    assert refusal(error) == (400, "invalid_code")


@calls("POST /v1/b2b/otps/email/discovery/send")
def test_too_many_mails(sdk: B2BClient, settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 0
    with pytest.raises(StytchError) as error:
        sdk.otps.email.discovery.send(BOB)
    assert refusal(error) == (429, "too_many_requests")


@calls("POST /v1/b2b/otps/email/discovery/send")
def test_a_lifetime_out_of_range(sdk: B2BClient) -> None:
    with pytest.raises(StytchError) as error:
        sdk.otps.email.discovery.send(BOB, discovery_expiration_minutes=16)
    assert refusal(error) == (400, "invalid_expiration_otp")
