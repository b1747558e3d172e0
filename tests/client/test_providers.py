"""OAuth and single sign-on: addresses, tokens and connections (CONTRACT 2.7, 2.8)."""

import hashlib
import re
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from accounts import service
from accounts.client import pkce
from accounts.client.client import IdentityClient
from accounts.client.entities import SsoConnection
from accounts.client.errors import Forbidden, WrongCredentials
from accounts.client.outcomes import Authenticated, Discovered, MfaRequired, PrimaryRequired
from tests.client import samples
from tests.client.listening import answered, is_not_believed, request_of, said
from tests.client.samples import bent

AUTHENTICATED = {
    **samples.AUTHENTICATED,
    "provider_type": "Google",
    "provider_subject": "1",
    "provider_values": {"access_token": "their-token", "scopes": []},
}
CONNECTION = {
    "organization_id": "o-1",
    "connection_id": "oidc-connection-test-1",
    "status": "pending",
    "display_name": "Okta",
    "identity_provider": "okta",
    "client_id": "foyer",
    "client_secret": "their-secret",
}
CONNECTIONS = {
    **samples.ENVELOPE,
    "saml_connections": [{"connection_id": "saml-connection-test-1", "status": "active"}],
    "oidc_connections": [CONNECTION],
    "external_connections": [],
}
CALLS = {
    "authenticate_oauth": (
        lambda c: c.providers.authenticate_oauth(
            "token", pkce_code_verifier="verifier", session_duration_minutes=30
        ),
        (
            "POST",
            "/v1/b2b/oauth/authenticate",
            {
                "oauth_token": "token",
                "pkce_code_verifier": "verifier",
                "session_duration_minutes": 30,
            },
        ),
        AUTHENTICATED,
    ),
    "authenticate_discovery_oauth": (
        lambda c: c.providers.authenticate_discovery_oauth("token", pkce_code_verifier="verifier"),
        (
            "POST",
            "/v1/b2b/oauth/discovery/authenticate",
            {"discovery_oauth_token": "token", "pkce_code_verifier": "verifier"},
        ),
        samples.DISCOVERED,
    ),
    "authenticate_sso": (
        lambda c: c.providers.authenticate_sso(
            "token", pkce_code_verifier="verifier", intermediate_token="ist"
        ),
        (
            "POST",
            "/v1/b2b/sso/authenticate",
            {
                "sso_token": "token",
                "pkce_code_verifier": "verifier",
                "intermediate_session_token": "ist",
            },
        ),
        samples.AUTHENTICATED,
    ),
    "sso_connections": (
        lambda c: c.providers.sso_connections("o-1"),
        ("GET", "/v1/b2b/sso/o-1", None),
        CONNECTIONS,
    ),
}
SIGN_INS = ["authenticate_oauth", "authenticate_sso"]


@pytest.mark.parametrize("name", CALLS)
def test_a_method_sends_what_the_contract_asks_for(name):
    call, expected, answer = CALLS[name]
    assert said(call, answer) == expected


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_that_lacks_everything_is_not_believed(name):
    """QUALITY 64."""
    is_not_believed(CALLS[name][0], {})


@pytest.mark.parametrize("name", CALLS)
def test_a_field_of_the_future_breaks_nothing(name):
    """QUALITY 65."""
    call, _, answer = CALLS[name]
    assert answered(call, {**answer, "passkeys": []}) == answered(call, answer)


@pytest.mark.parametrize("name", SIGN_INS)
def test_each_way_to_sign_in_has_the_same_outcomes(name):
    call, _, _ = CALLS[name]
    assert isinstance(answered(call, samples.AUTHENTICATED), Authenticated)
    assert isinstance(answered(call, samples.MFA_REQUIRED), MfaRequired)
    assert isinstance(answered(call, samples.PRIMARY_REQUIRED), PrimaryRequired)
    is_not_believed(call, samples.STEP)


def test_discovery_is_never_a_session():
    """QUALITY 64."""
    call, _, _ = CALLS["authenticate_discovery_oauth"]
    assert isinstance(answered(call, samples.DISCOVERED), Discovered)
    is_not_believed(call, samples.AUTHENTICATED)
    is_not_believed(call, {**samples.DISCOVERED, "session_token": "token"})


@pytest.mark.parametrize("name", ["authenticate_oauth", "authenticate_sso"])
def test_what_the_provider_began_has_no_verifier(name):
    _, _, body = said(
        lambda c: getattr(c.providers, name)("token", pkce_code_verifier=""), samples.AUTHENTICATED
    )
    assert "pkce_code_verifier" not in body


@pytest.mark.parametrize(
    ("error_type", "kind"),
    [
        ("oauth_token_not_found", WrongCredentials),
        ("sso_token_not_found", WrongCredentials),
        ("pkce_mismatch", WrongCredentials),
        ("pkce_expected_code_verifier", WrongCredentials),
        ("oauth_tenant_jit_provisioning_not_allowed", Forbidden),
        ("invalid_connection_for_jit_provisioning", Forbidden),
    ],
)
def test_a_no_says_which(error_type, kind):
    no = {"status_code": 400, "request_id": samples.REQUEST_ID, "error_type": error_type}
    with pytest.raises(kind):
        answered(CALLS["authenticate_sso"][0], no, status=400)


def test_connections_without_their_secrets():
    connections = answered(CALLS["sso_connections"][0], CONNECTIONS)
    assert connections == (
        SsoConnection("saml-connection-test-1", kind="saml"),
        SsoConnection(
            connection_id="oidc-connection-test-1",
            display_name="Okta",
            identity_provider="okta",
            status="pending",
            kind="oidc",
        ),
    )
    assert "their-secret" not in repr(connections)


def test_listing_connections_may_be_done_as_a_member():
    request = request_of(
        lambda c: c.providers.sso_connections("o-1", acting_session_token="token"), CONNECTIONS
    )
    assert request.headers["X-Stytch-Member-Session"] == "token"


def test_an_organization_says_which_connections_are_active():
    active = {"connection_id": "c-1", "display_name": "Okta", "identity_provider": "okta"}
    told = {
        **samples.ORGANIZATION,
        "sso_active_connections": [active],
        "sso_default_connection_id": "c-1",
    }
    organization = answered(lambda c: c.organizations.get("o-1"), {"organization": told})
    assert organization.sso_active_connections == (
        SsoConnection("c-1", display_name="Okta", identity_provider="okta"),
    )
    assert organization.sso_default_connection_id == "c-1"


def client_at(public_url):
    return IdentityClient(
        base_url="https://identity.example",
        project_id="project-test-1",
        secret="secret-test-1",
        public_token="public-token-test-1",
        public_url=public_url,
        transport=httpx.MockTransport(lambda request: pytest.fail("an address costs no call")),
    )


BACK = "https://foyer.example/authenticate?next=%2F"
TO = {"redirect_url": BACK, "pkce_code_challenge": "challenge"}
STARTS = {
    "oauth": (
        lambda p: p.oauth_start_url("google", organization_id="o-1", **TO),
        "/v1/b2b/public/oauth/google/start",
        {"organization_id": "o-1", "login_redirect_url": BACK, "signup_redirect_url": BACK},
    ),
    "discovery": (
        lambda p: p.discovery_start_url("github", **TO),
        "/v1/b2b/public/oauth/github/discovery/start",
        {"discovery_redirect_url": BACK},
    ),
    "sso": (
        lambda p: p.sso_start_url("saml-connection-test-1", **TO),
        "/v1/public/sso/start",
        {
            "connection_id": "saml-connection-test-1",
            "login_redirect_url": BACK,
            "signup_redirect_url": BACK,
        },
    ),
}


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("public_url", ["", "https://identity.example", "https://login.example/"])
def test_where_a_browser_begins(name, public_url):
    build, path, query = STARTS[name]
    url = urlsplit(build(client_at(public_url).providers))
    assert f"{url.scheme}://{url.netloc}" == (public_url.rstrip("/") or "://")
    assert url.path == path
    assert parse_qs(url.query) == {
        "public_token": ["public-token-test-1"],
        "pkce_code_challenge": ["challenge"],
        **{key: [value] for key, value in query.items()},
    }


@pytest.mark.parametrize("provider", ["../../dev/inbox", "//evil.example", "google?x=", "a\nb"])
def test_a_provider_cannot_leave_its_place_in_the_address(provider):
    """It may come out of a URL that a visitor wrote."""
    providers = client_at("").providers
    for url, end in (
        (providers.oauth_start_url(provider, organization_id="o-1", **TO), "start"),
        (providers.discovery_start_url(provider, **TO), "discovery/start"),
    ):
        assert re.fullmatch(rf"/v1/b2b/public/oauth/[^/?#\s]+/{end}", url.split("?")[0])


def test_the_settings_say_where_a_browser_begins(settings):
    """At our own origin when embedded, at the service's when remote."""
    settings.IDENTITY_PUBLIC_TOKEN = "public-token-test-2"
    embedded = service.identity().providers.sso_start_url("c-1", **TO)
    assert embedded.startswith("/v1/public/sso/start?public_token=public-token-test-2&")
    settings.IDENTITY_URL = "https://identity.example"
    remote = service.identity().providers.sso_start_url("c-1", **TO)
    assert remote == f"https://identity.example{embedded}"


def test_a_challenge_is_the_digest_of_its_verifier():
    """RFC 7636, appendix B."""
    example = pkce.Pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert example.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_each_sign_in_has_a_verifier_of_its_own_and_shows_it_nowhere():
    first, second = pkce.begin(), pkce.begin()
    assert first.verifier != second.verifier
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,128}", first.verifier)
    assert first.verifier not in repr(first)
    digest = hashlib.sha256(first.verifier.encode()).digest()
    assert first.challenge == urlsafe_b64encode(digest).decode().rstrip("=")


def test_their_tokens_are_not_read():
    outcome = answered(CALLS["authenticate_oauth"][0], AUTHENTICATED)
    assert "their-token" not in repr(outcome)
    step = bent(samples.PRIMARY_REQUIRED, provider_values={"access_token": "their-token"})
    assert "their-token" not in repr(answered(CALLS["authenticate_oauth"][0], step))
