"""OAuth and single sign-on through the SDK, after a walk through the demo provider."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.conf import settings
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from stytch import B2BClient
from stytch.b2b.models.organizations_members import UpdateResponse
from stytch.core.response_base import StytchError

from identity.demo_provider import service as demo_provider
from identity.models import OIDCConnection, Registration
from tests.contract.routes import calls

LANDING = "http://localhost/authenticate"
VERIFIER = "0123456789-0123456789-0123456789-0123456789"
CHALLENGE = "XqV1tflYS9pE1bnDmj-YXExN3vTo8j8ECd_IY8HtNUY"


@pytest.fixture(autouse=True)
def _demo(settings: Settings) -> None:
    settings.DEBUG = True
    settings.REDIRECT_URLS = [LANDING]


def land(base: str, path: str, address: str, **parameters: str) -> str:
    """The one-time token with which a browser comes back to the app."""
    browser = requests.Session()
    given = {"public_token": settings.IDENTITY_PUBLIC_TOKEN, **parameters}
    page = browser.get(base + path, params=given, timeout=5)
    form = {"person": address, "csrfmiddlewaretoken": browser.cookies["csrf"]}
    callback = browser.post(page.url, data=form, timeout=5).headers["Refresh"]
    ended = browser.get(callback.removeprefix("0; url="), allow_redirects=False, timeout=5)
    return dict(parse_qsl(urlsplit(ended.headers["Location"]).query))["token"]


@pytest.fixture
def connection(sdk: B2BClient, acme: Any) -> Any:
    made = sdk.sso.oidc.create_connection(
        acme.organization_id, display_name="Okta", identity_provider="okta"
    ).connection
    endpoints = demo_provider.endpoints()
    # A page of this very app, so no https: set aside, since everything else is checked here.
    page = endpoints.pop("authorization_url")
    updated = sdk.sso.oidc.update_connection(
        acme.organization_id,
        made.connection_id,
        display_name="Okta",
        client_id="demo-sso",
        client_secret="demo",
        identity_provider="okta",
        custom_scopes="groups",
        attribute_mapping={"email": "email", "full_name": "name"},
        authorization_url="https://idp.example/authorize",
        **endpoints,
    ).connection
    OIDCConnection.objects.filter(pk=updated.connection_id).update(authorization_url=page)
    return updated


@calls("POST /v1/b2b/oauth/authenticate")
def test_oauth(sdk: B2BClient, acme: Any, ada: Any, live_server: LiveServer) -> None:
    token = land(
        live_server.url,
        "/v1/b2b/public/oauth/google/start",
        ada.email_address,
        organization_id=acme.organization_id,
        login_redirect_url=LANDING,
        pkce_code_challenge=CHALLENGE,
    )
    answer = sdk.oauth.authenticate(
        oauth_token=token,
        session_duration_minutes=30,
        session_custom_claims={"theme": "dark"},
        pkce_code_verifier=VERIFIER,
        locale="en",
    )
    assert answer.member_authenticated
    assert answer.provider_type == "Google"
    assert answer.member.oauth_registrations[0].provider_subject == answer.provider_subject
    assert answer.provider_values.scopes == ["openid", "email", "profile"]
    (factor,) = answer.member_session.authentication_factors
    assert factor.google_oauth_factor.provider_subject == answer.provider_subject


@calls("POST /v1/b2b/oauth/discovery/authenticate")
def test_discovery(sdk: B2BClient, ada: Any, live_server: LiveServer) -> None:
    token = land(
        live_server.url,
        "/v1/b2b/public/oauth/google/discovery/start",
        ada.email_address,
        discovery_redirect_url=LANDING,
    )
    answer = sdk.oauth.discovery.authenticate(discovery_oauth_token=token)
    assert answer.intermediate_session_token
    assert (answer.email_address, answer.full_name) == (ada.email_address, "Ada")
    assert answer.provider_tenant_ids == ["acme.example"]


@calls("POST /v1/b2b/sso/authenticate")
@calls("POST /v1/b2b/sso/oidc/{organization_id}")
@calls("PUT /v1/b2b/sso/oidc/{organization_id}/connections/{connection_id}")
def test_sso(sdk: B2BClient, acme: Any, ada: Any, connection: Any, live_server: LiveServer) -> None:
    assert (connection.status, connection.custom_scopes) == ("active", "groups")
    token = land(
        live_server.url,
        "/v1/public/sso/start",
        ada.email_address,
        connection_id=connection.connection_id,
        login_redirect_url=LANDING,
    )
    answer = sdk.sso.authenticate(sso_token=token, session_duration_minutes=30, locale="en")
    assert answer.member_authenticated
    assert answer.member.sso_registrations[0].connection_id == connection.connection_id
    assert answer.organization.sso_active_connections[0].display_name == "Okta"
    (factor,) = answer.member_session.authentication_factors
    assert factor.oidc_sso_factor.provider_id == connection.connection_id


@calls("DELETE /v1/b2b/organizations/{organization_id}/members/registrations/{registration_id}")
def test_an_account_is_taken_from_a_member(sdk: B2BClient, ada: Any, connection: Any) -> None:
    """The SDK has no name for this one, but the answer is one that it reads."""
    row = Registration.objects.create(
        registration_id="r",
        organization_id=ada.organization_id,
        member_id=ada.member_id,
        connection_id=connection.connection_id,
        subject="1",
        created_at=timezone.now(),
    )
    members = sdk.organizations.members
    path = f"/v1/b2b/organizations/{ada.organization_id}/members/registrations/{row.pk}"
    answer = members.sync_client.delete(members.api_base.url_for(path, {}))
    read = UpdateResponse.from_json(answer.response.status_code, answer.json)
    assert (read.member_id, read.member.sso_registrations) == (ada.member_id, [])


@calls("GET /v1/b2b/sso/{organization_id}")
@calls("DELETE /v1/b2b/sso/{organization_id}/connections/{connection_id}")
def test_connections(sdk: B2BClient, acme: Any, connection: Any) -> None:
    listed = sdk.sso.get_connections(acme.organization_id)
    assert [each.connection_id for each in listed.oidc_connections] == [connection.connection_id]
    assert (listed.saml_connections, listed.external_connections) == ([], [])
    gone = sdk.sso.delete_connection(acme.organization_id, connection.connection_id)
    assert gone.connection_id == connection.connection_id


def test_tokens_that_do_not_exist(sdk: B2BClient) -> None:
    for call, status, error_type in (
        (lambda: sdk.oauth.authenticate(oauth_token="x"), 400, "oauth_token_not_found"),
        (
            lambda: sdk.oauth.discovery.authenticate(discovery_oauth_token="x"),
            400,
            "oauth_token_not_found",
        ),
        (lambda: sdk.sso.authenticate(sso_token="x"), 404, "sso_token_not_found"),
    ):
        with pytest.raises(StytchError) as error:
            call()
        assert error.value.details.status_code == status
        assert error.value.details.error_type == error_type
