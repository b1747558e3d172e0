"""Codes, links and discovery through the SDK."""

from typing import Any

import pytest
from stytch import B2BClient
from stytch.core.response_base import StytchError

from tests.contract.conftest import code_for, link_token_for
from tests.contract.routes import calls

BOB = "bob@acme.example"
LANDING = "http://localhost/authenticate"


@calls("POST /v1/b2b/otps/email/login_or_signup")
@calls("POST /v1/b2b/otps/email/authenticate")
def test_code_of_an_organization(sdk: B2BClient, acme: Any) -> None:
    sent = sdk.otps.email.login_or_signup(acme.organization_id, BOB, locale="en")
    assert (sent.member_created, sent.member.status) == (True, "pending")
    response = sdk.otps.email.authenticate(
        acme.organization_id, BOB, code_for(BOB), session_duration_minutes=60
    )
    assert response.member_authenticated
    assert (response.member.status, response.member.email_address_verified) == ("active", True)
    assert [each.type for each in response.member_session.authentication_factors] == ["email_otp"]


@calls("POST /v1/b2b/otps/email/authenticate")
def test_wrong_code(sdk: B2BClient, acme: Any, ada: Any) -> None:
    sdk.otps.email.login_or_signup(acme.organization_id, ada.email_address)
    wrong = f"{(int(code_for(ada.email_address)) + 1) % 1_000_000:06}"
    with pytest.raises(StytchError) as error:
        sdk.otps.email.authenticate(acme.organization_id, ada.email_address, wrong)
    assert error.value.details.error_type == "otp_code_not_found"


@calls("POST /v1/b2b/otps/email/discovery/send")
@calls("POST /v1/b2b/otps/email/discovery/authenticate")
def test_code_of_discovery(sdk: B2BClient, acme: Any, ada: Any) -> None:
    sdk.otps.email.discovery.send(ada.email_address)
    response = sdk.otps.email.discovery.authenticate(ada.email_address, code_for(ada.email_address))
    assert response.email_address == ada.email_address
    [discovered] = response.discovered_organizations
    assert discovered.membership.type == "active_member"
    assert discovered.organization.organization_id == acme.organization_id


@calls("POST /v1/b2b/magic_links/email/login_or_signup")
@calls("POST /v1/b2b/magic_links/authenticate")
def test_link_of_an_organization(sdk: B2BClient, acme: Any) -> None:
    sent = sdk.magic_links.email.login_or_signup(
        acme.organization_id, BOB, login_redirect_url=LANDING, signup_redirect_url=LANDING
    )
    assert sent.member_created
    response = sdk.magic_links.authenticate(link_token_for(BOB))
    assert response.member_authenticated
    assert response.method_id
    assert response.reset_sessions is False


@calls("POST /v1/b2b/magic_links/email/invite")
@calls("POST /v1/b2b/magic_links/authenticate")
def test_invite(sdk: B2BClient, acme: Any, ada: Any) -> None:
    invited = sdk.magic_links.email.invite(
        acme.organization_id,
        "eve@elsewhere.example",
        invite_redirect_url=LANDING,
        invited_by_member_id=ada.member_id,
        name="Eve",
    )
    assert (invited.member.status, invited.member.name) == ("invited", "Eve")
    response = sdk.magic_links.authenticate(link_token_for("eve@elsewhere.example"))
    assert response.member.status == "active"


@calls("POST /v1/b2b/magic_links/email/discovery/send")
@calls("POST /v1/b2b/magic_links/discovery/authenticate")
def test_link_of_discovery(sdk: B2BClient) -> None:
    sdk.magic_links.email.discovery.send(BOB, discovery_redirect_url=LANDING)
    response = sdk.magic_links.discovery.authenticate(link_token_for(BOB))
    assert response.intermediate_session_token
    assert response.discovered_organizations == []


@calls("POST /v1/b2b/discovery/organizations")
def test_discovered_organizations(
    sdk: B2BClient, acme: Any, signed_in: Any, intermediate: str
) -> None:
    by_intermediate = sdk.discovery.organizations.list(intermediate_session_token=intermediate)
    [discovered] = by_intermediate.discovered_organizations
    assert discovered.membership.type == "eligible_to_join_by_email_domain"
    by_session = sdk.discovery.organizations.list(session_token=signed_in.session_token)
    [discovered] = by_session.discovered_organizations
    assert discovered.membership.type == "active_member"


@calls("POST /v1/b2b/discovery/intermediate_sessions/exchange")
def test_joining_by_domain(sdk: B2BClient, acme: Any, signed_in: Any, intermediate: str) -> None:
    response = sdk.discovery.intermediate_sessions.exchange(intermediate, acme.organization_id)
    assert response.member_authenticated
    assert (response.member.email_address, response.member.status) == (BOB, "active")


@calls("POST /v1/b2b/discovery/intermediate_sessions/exchange")
def test_joining_where_nobody_may(sdk: B2BClient, intermediate: str) -> None:
    closed = sdk.organizations.create(organization_name="Closed").organization
    with pytest.raises(StytchError) as error:
        sdk.discovery.intermediate_sessions.exchange(intermediate, closed.organization_id)
    assert error.value.details.error_type == "email_jit_provisioning_not_allowed"


@calls("POST /v1/b2b/discovery/organizations/create")
def test_founding_an_organization(sdk: B2BClient, intermediate: str) -> None:
    response = sdk.discovery.organizations.create(
        intermediate, organization_name="Bobs", organization_slug="bobs"
    )
    assert response.member_authenticated
    assert response.member.is_admin
    assert response.organization.organization_slug == "bobs"


@calls("POST /v1/b2b/discovery/organizations/create")
def test_founding_with_a_second_step_required(sdk: B2BClient, intermediate: str) -> None:
    response = sdk.discovery.organizations.create(intermediate, mfa_policy="REQUIRED_FOR_ALL")
    assert not response.member_authenticated
    assert response.intermediate_session_token == intermediate
    assert response.mfa_required is not None
    assert response.organization.organization_name
