"""Passwords through the SDK with everything it can say, and the errors it understands."""

from typing import Any

import pytest
from stytch import B2BClient
from stytch.core.response_base import StytchError

from tests.contract.conftest import link_token_for
from tests.contract.routes import calls
from tests.identity.password_calls import BETTER, GOOD, WEAK
from tests.identity.test_pkce import CHALLENGE, VERIFIER

LANDING = "http://localhost:3000/authenticate"


def refusal(error: pytest.ExceptionInfo[StytchError]) -> tuple[int, str]:
    return error.value.details.status_code, str(error.value.details.error_type)


@pytest.fixture
def known(sdk: B2BClient, acme: Any, ada: Any) -> Any:
    """Ada, signed in by having set a password."""
    address = ada.email_address
    sdk.passwords.email.reset_start(
        acme.organization_id,
        address,
        reset_password_redirect_url=LANDING,
        login_redirect_url=LANDING,
    )
    token = link_token_for(address)
    return sdk.passwords.email.reset(token, GOOD)


@calls("POST /v1/b2b/passwords/email/reset/start")
@calls("POST /v1/b2b/passwords/email/reset")
def test_every_parameter_of_a_reset_is_taken(sdk: B2BClient, acme: Any, ada: Any) -> None:
    started = sdk.passwords.email.reset_start(
        organization_id=acme.organization_id,
        email_address=ada.email_address,
        reset_password_redirect_url=LANDING,
        reset_password_expiration_minutes=5,
        code_challenge=CHALLENGE,
        login_redirect_url=LANDING,
        locale="fr",
        reset_password_template_id="ours",
        verify_email_template_id="ours",
    )
    assert (started.member_id, started.member.member_id) == (ada.member_id, ada.member_id)
    response = sdk.passwords.email.reset(
        password_reset_token=link_token_for(ada.email_address),
        password=GOOD,
        session_duration_minutes=5,
        code_verifier=VERIFIER,
        session_custom_claims={"plan": "x"},
        locale="en",
        telemetry_id="none",
    )
    assert response.member_email_id == started.member_email_id
    assert response.member.email_address_verified
    assert response.member_session.custom_claims == {"plan": "x"}
    with pytest.raises(StytchError) as error:
        sdk.passwords.email.reset("x" * 44, GOOD)
    assert refusal(error) == (401, "unable_to_auth_password_reset_token")


@calls("POST /v1/b2b/passwords/authenticate")
def test_a_password_signs_in(sdk: B2BClient, acme: Any, known: Any) -> None:
    response = sdk.passwords.authenticate(
        acme.organization_id,
        known.member.email_address,
        GOOD,
        session_duration_minutes=5,
        session_custom_claims={"plan": "x"},
        locale="en",
        telemetry_id="none",
    )
    (factor,) = response.member_session.authentication_factors
    assert factor.type == "password"
    assert response.organization_id == acme.organization_id
    with pytest.raises(StytchError) as error:
        sdk.passwords.authenticate(acme.organization_id, known.member.email_address, BETTER)
    assert refusal(error) == (401, "unauthorized_credentials")


@calls("POST /v1/b2b/passwords/strength_check")
def test_strength(sdk: B2BClient) -> None:
    weak = sdk.passwords.strength_check(WEAK, email_address="ada@acme.example")
    assert (weak.valid_password, weak.breached_password) == (False, False)
    assert weak.zxcvbn_feedback.suggestions
    assert weak.luds_feedback is None
    good = sdk.passwords.strength_check(GOOD)
    assert (good.valid_password, good.strength_policy) == (True, "zxcvbn")


@calls("POST /v1/b2b/passwords/existing_password/reset")
def test_a_new_password_for_the_old_one(sdk: B2BClient, acme: Any, known: Any) -> None:
    response = sdk.passwords.existing_password.reset(
        email_address=known.member.email_address,
        existing_password=GOOD,
        new_password=BETTER,
        organization_id=acme.organization_id,
        session_duration_minutes=5,
        session_custom_claims={"plan": "x"},
        locale="en",
    )
    assert response.member_authenticated
    assert response.session_token != known.session_token


@calls("POST /v1/b2b/passwords/session/reset")
def test_a_new_password_in_a_session(sdk: B2BClient, acme: Any, known: Any) -> None:
    response = sdk.passwords.sessions.reset(
        organization_id=acme.organization_id, password=BETTER, session_token=known.session_token
    )
    assert response.member_session.member_session_id == known.member_session.member_session_id
    with pytest.raises(StytchError) as error:
        sdk.passwords.sessions.reset(acme.organization_id, WEAK, response.session_token)
    assert refusal(error) == (400, "weak_password")


@calls("POST /v1/b2b/passwords/discovery/authenticate")
@calls("POST /v1/b2b/passwords/discovery/email/reset/start")
@calls("POST /v1/b2b/passwords/discovery/email/reset")
@calls("POST /v1/b2b/passwords/email/require_reset")
def test_passwords_are_of_one_organization(sdk: B2BClient, ada: Any) -> None:
    discovery = sdk.passwords.discovery
    for call in (
        lambda: discovery.authenticate(ada.email_address, GOOD),
        lambda: discovery.email.reset_start(ada.email_address),
        lambda: discovery.email.reset("x" * 44, GOOD),
        lambda: sdk.passwords.email.require_reset(ada.email_address),
    ):
        with pytest.raises(StytchError) as error:
            call()
        assert refusal(error) == (400, "cross_org_passwords_not_enabled")


@calls("POST /v1/b2b/passwords/migrate")
def test_no_hash_is_imported(sdk: B2BClient, acme: Any, ada: Any) -> None:
    with pytest.raises(StytchError) as error:
        sdk.passwords.migrate(ada.email_address, "$2b$x", "bcrypt", acme.organization_id)
    assert refusal(error) == (400, "invalid_hash_type")


@calls("DELETE /v1/b2b/organizations/{organization_id}/members/passwords/{member_password_id}")
def test_a_password_is_taken_away(sdk: B2BClient, acme: Any, known: Any) -> None:
    password_id = known.member.member_password_id
    response = sdk.organizations.members.delete_password(acme.organization_id, password_id)
    assert response.member.member_password_id == ""
