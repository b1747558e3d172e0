"""Links through the SDK with everything it can say, and the errors it understands."""

import base64
import hashlib
from typing import Any

import pytest
from stytch import B2BClient
from stytch.core.response_base import StytchError

from tests.contract.conftest import link_token_for
from tests.contract.routes import calls

BOB = "bob@acme.example"
LANDING = "http://localhost/authenticate"
VERIFIER = "0123456789-0123456789-0123456789-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


@pytest.fixture(autouse=True)
def _landing(settings: Any) -> None:
    settings.REDIRECT_URLS = [LANDING]


def refusal(error: pytest.ExceptionInfo[StytchError]) -> tuple[int, str]:
    return error.value.details.status_code, str(error.value.details.error_type)


@calls("POST /v1/b2b/magic_links/email/login_or_signup")
@calls("POST /v1/b2b/magic_links/authenticate")
def test_every_parameter_is_taken(sdk: B2BClient, acme: Any) -> None:
    sdk.magic_links.email.login_or_signup(
        acme.organization_id,
        BOB,
        login_redirect_url=LANDING,
        signup_redirect_url=LANDING,
        pkce_code_challenge=CHALLENGE,
        login_template_id="ours",
        signup_template_id="ours",
        locale="es",
        login_expiration_minutes=5,
        signup_expiration_minutes=10_080,
    )
    response = sdk.magic_links.authenticate(
        link_token_for(BOB),
        pkce_code_verifier=VERIFIER,
        session_duration_minutes=5,
        session_custom_claims={"plan": "x"},
        locale="fr",
        telemetry_id="none",
    )
    assert response.member_session.custom_claims == {"plan": "x"}
    assert response.organization_id == acme.organization_id


@calls("POST /v1/b2b/magic_links/email/discovery/send")
@calls("POST /v1/b2b/magic_links/discovery/authenticate")
def test_pkce_in_a_discovery(sdk: B2BClient) -> None:
    sdk.magic_links.email.discovery.send(
        BOB, pkce_code_challenge=CHALLENGE, locale="en", discovery_expiration_minutes=30
    )
    token = link_token_for(BOB)
    with pytest.raises(StytchError) as error:
        sdk.magic_links.discovery.authenticate(token)
    assert refusal(error) == (400, "pkce_expected_code_verifier")
    response = sdk.magic_links.discovery.authenticate(token, pkce_code_verifier=VERIFIER)
    assert response.email_address == BOB


@calls("POST /v1/b2b/magic_links/email/invite")
def test_an_invite_with_everything(sdk: B2BClient, acme: Any, ada: Any) -> None:
    response = sdk.magic_links.email.invite(
        acme.organization_id,
        BOB,
        invite_redirect_url=LANDING,
        invited_by_member_id=ada.member_id,
        name="Bob",
        trusted_metadata={"a": 1},
        untrusted_metadata={"b": 2},
        invite_template_id="ours",
        locale="en",
        roles=["stytch_admin"],
        invite_expiration_minutes=10_080,
    )
    member = response.member
    assert (member.status, member.is_admin) == ("invited", True)
    assert (member.trusted_metadata, member.untrusted_metadata) == ({"a": 1}, {"b": 2})


@calls("POST /v1/b2b/magic_links/discovery/authenticate")
@calls("POST /v1/b2b/magic_links/authenticate")
def test_an_unknown_token(sdk: B2BClient) -> None:
    # The sandbox's token for "not found" (CONTRACT 8.7).
    token = "CprTtwhnRNiMBiUS2jSLcWYrfuO2POeBNdo5HhW6qTM="
    for authenticate in (sdk.magic_links.authenticate, sdk.magic_links.discovery.authenticate):
        with pytest.raises(StytchError) as error:
            authenticate(token)
        assert refusal(error) == (404, "magic_link_not_found")


@calls("POST /v1/b2b/magic_links/email/discovery/send")
def test_a_redirect_that_is_not_registered(sdk: B2BClient) -> None:
    with pytest.raises(StytchError) as error:
        sdk.magic_links.email.discovery.send(
            BOB, discovery_redirect_url="https://evil.example/authenticate"
        )
    assert refusal(error) == (400, "no_match_for_provided_magic_link_url")
