"""Single sign-on through a real OpenID provider, and its connections (CONTRACT 2.7, 3.6)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from identity.models import AuditEvent, Member, OIDCConnection, Organization
from tests.identity import idp
from tests.identity.api import Api, refused
from tests.identity.idp import CHALLENGE, LANDING, VERIFIER, query, start, walk
from tests.identity.people import ALICE, begun, member, organization

START = "/public/sso/start"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with idp.real() as url:
        yield url


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> None:
    settings.DEBUG = True
    settings.REDIRECT_URLS = [LANDING]


@pytest.fixture
def browser(api: Api) -> Client:
    return Client()


@pytest.fixture
def acme(db: None) -> Organization:
    return organization()


def connection(api: Api, of: Organization, issuer: str, **fields: Any) -> str:
    made = api.post(f"/b2b/sso/oidc/{of.pk}", display_name="Okta", identity_provider="okta").json()
    connection_id = str(made["connection"]["connection_id"])
    body = put(api, of, connection_id, issuer=issuer, client_id="us", client_secret="s", **fields)
    assert body.json()["connection"]["status"] == "active", body.content
    return connection_id


def put(api: Api, of: Organization, connection_id: str, **fields: Any) -> Any:
    return api.put(f"/b2b/sso/oidc/{of.pk}/connections/{connection_id}", **fields)


def into(browser: Client, connection_id: str, *, sub: str = "alice", **more: str) -> dict[str, str]:
    given = {"connection_id": connection_id, "login_redirect_url": LANDING}
    return walk(browser, START, sub=sub, **{**given, **more})


def authenticate(api: Api, token: str, **more: Any) -> Any:
    return api.post("/b2b/sso/authenticate", sso_token=token, **more)


def test_a_connection_is_completed_from_its_issuers_metadata(
    api: Api, acme: Organization, issuer: str
) -> None:
    made = api.post(f"/b2b/sso/oidc/{acme.pk}", display_name="Okta").json()["connection"]
    assert made["connection_id"].startswith("oidc-connection-test-")
    assert (made["status"], made["identity_provider"], made["client_secret"]) == (
        "pending",
        "generic",
        "",
    )
    assert made["redirect_url"].endswith(f"/v1/b2b/sso/callback/{made['connection_id']}")
    body = put(api, acme, made["connection_id"], issuer=issuer, token_url=f"{issuer}/mine").json()
    assert body["warning"] is None
    completed = body["connection"]
    assert completed["jwks_url"] == f"{issuer}/jwks"
    assert completed["token_url"] == f"{issuer}/mine"
    assert completed["status"] == "pending"
    body = put(api, acme, made["connection_id"], client_id="us", client_secret="hush").json()
    assert (body["connection"]["status"], body["connection"]["client_secret"]) == ("active", "hush")
    assert b"hush" not in bytes(OIDCConnection.objects.get().secret_sealed)
    (listed,) = api.get(f"/b2b/sso/{acme.pk}").json()["oidc_connections"]
    assert listed == body["connection"]
    (active,) = api.get(f"/b2b/organizations/{acme.pk}").json()["organization"][
        "sso_active_connections"
    ]
    assert active == {
        "connection_id": made["connection_id"],
        "display_name": "Okta",
        "identity_provider": "generic",
    }


def test_an_issuer_that_says_nothing_gives_a_warning(api: Api, acme: Organization) -> None:
    made = api.post(f"/b2b/sso/oidc/{acme.pk}").json()["connection"]
    body = put(api, acme, made["connection_id"], issuer="http://127.0.0.1:1").json()
    assert "metadata" in body["warning"]
    assert body["connection"]["issuer"] == "http://127.0.0.1:1"


def test_metadata_cannot_name_addresses_that_are_refused(api: Api, acme: Organization) -> None:
    made = api.post(f"/b2b/sso/oidc/{acme.pk}").json()["connection"]
    with idp.told() as told:
        found = {"issuer": told.url, "token_endpoint": "http://169.254.169.254/"}
        told.answer("/.well-known/openid-configuration", found)
        body = put(api, acme, made["connection_id"], issuer=told.url).json()
    assert "https" in body["warning"]
    assert body["connection"]["token_url"] == ""


@pytest.mark.parametrize("name", ["issuer", "token_url", "jwks_url", "authorization_url"])
def test_addresses_are_https(api: Api, acme: Organization, name: str) -> None:
    made = api.post(f"/b2b/sso/oidc/{acme.pk}").json()["connection"]
    answer = put(api, acme, made["connection_id"], **{name: "http://idp.example"})
    refused(answer, 400, "invalid_url")


def test_another_organizations_connection_is_not_there(
    api: Api, acme: Organization, issuer: str
) -> None:
    """QUALITY 53."""
    connection_id = connection(api, acme, issuer)
    other = organization("Other")
    assert api.get(f"/b2b/sso/{other.pk}").json()["oidc_connections"] == []
    refused(put(api, other, connection_id, client_id="x"), 404, "sso_connection_not_found")
    gone = api.delete(f"/b2b/sso/{other.pk}/connections/{connection_id}")
    refused(gone, 404, "sso_connection_not_found")
    default = api.put(f"/b2b/organizations/{other.pk}", sso_default_connection_id=connection_id)
    refused(default, 404, "sso_connection_not_found")


def test_the_default_connection_stays(
    api: Api, acme: Organization, issuer: str, browser: Client
) -> None:
    connection_id = connection(api, acme, issuer)
    place = f"/b2b/organizations/{acme.pk}"
    body = api.put(place, sso_default_connection_id=connection_id).json()
    assert body["organization"]["sso_default_connection_id"] == connection_id
    path = f"/b2b/sso/{acme.pk}/connections/{connection_id}"
    refused(api.delete(path), 400, "cannot_delete_default_sso_connection")
    api.put(place, sso_default_connection_id="")
    assert api.delete(path).json()["connection_id"] == connection_id
    assert api.get(place).json()["organization"]["sso_active_connections"] == []
    gone = start(browser, START, connection_id=connection_id, login_redirect_url=LANDING)
    refused(gone, 404, "sso_connection_not_found")


def test_a_member_signs_in(api: Api, acme: Organization, issuer: str, browser: Client) -> None:
    member(acme)
    connection_id = connection(api, acme, issuer)
    landed = into(browser, connection_id, pkce_code_challenge=CHALLENGE)
    assert landed["stytch_token_type"] == "sso"
    refused(authenticate(api, landed["token"]), 400, "pkce_expected_code_verifier")
    body = authenticate(api, landed["token"], pkce_code_verifier=VERIFIER).json()
    assert (body["member_authenticated"], body["reset_session"]) == (True, False)
    (factor,) = body["member_session"]["authentication_factors"]
    assert (factor["type"], factor["delivery_method"]) == ("sso", "sso_oidc")
    (account,) = body["member"]["sso_registrations"]
    assert account["connection_id"] == connection_id
    assert factor["oidc_sso_factor"] == {
        "id": account["registration_id"],
        "provider_id": connection_id,
        "external_id": "alice",
    }
    assert AuditEvent.objects.filter(action="sso.authenticate", outcome="success").exists()
    api.delete(f"/b2b/sso/{acme.pk}/connections/{connection_id}")
    assert Member.objects.get().sso_registrations == []


def test_another_browser_cannot_end_the_flow(
    api: Api, acme: Organization, issuer: str, browser: Client
) -> None:
    """QUALITY 22."""
    begun_ = start(
        browser, START, connection_id=connection(api, acme, issuer), login_redirect_url=LANDING
    )
    path = query(begun_["Location"])["redirect_uri"].removeprefix("http://testserver")
    refused(Client().get(path, idp.decide(begun_["Location"])), 400, "oauth_flow_not_found")


@pytest.mark.parametrize(
    ("rule", "lets_in"), [("ALL_ALLOWED", True), ("RESTRICTED", False), ("NOT_ALLOWED", False)]
)
def test_strangers_join_by_the_organizations_rule(
    api: Api, acme: Organization, issuer: str, browser: Client, rule: str, lets_in: bool
) -> None:
    connection_id = connection(api, acme, issuer)
    api.put(f"/b2b/organizations/{acme.pk}", sso_jit_provisioning=rule)
    token = into(browser, connection_id)["token"]
    assert not Member.objects.exists()
    answer = authenticate(api, token)
    if not lets_in:
        refused(answer, 403, "invalid_connection_for_jit_provisioning")
        assert not Member.objects.exists()
        allowed = [connection_id] if rule == "RESTRICTED" else []
        api.put(f"/b2b/organizations/{acme.pk}", sso_jit_provisioning_allowed_connections=allowed)
        answer = authenticate(api, token)
    if rule != "NOT_ALLOWED":
        body = answer.json()
        assert (body["member"]["status"], body["member"]["name"]) == ("active", "Alice")
        assert body["member"]["email_address_verified"] is True
        assert Member.objects.get().email_provenance == "own_provider"


def test_an_address_its_own_provider_has_not_verified_counts_in_the_organization(
    api: Api, acme: Organization, issuer: str, browser: Client
) -> None:
    """Keycloak and Cognito say so of people whom an admin or LDAP made."""
    token = into(browser, connection(api, acme, issuer), sub="doubted")["token"]
    body = authenticate(api, token).json()
    assert body["member_authenticated"] is True
    assert Member.objects.get().email_provenance == "own_provider"


def test_sso_counts_nowhere_else(
    api: Api, acme: Organization, issuer: str, browser: Client
) -> None:
    """Neither to get in, nor to see where else that address is a member (5.6)."""
    member(organization("Other"))
    token = into(browser, connection(api, acme, issuer))["token"]
    session = authenticate(api, token).json()["session_token"]
    answer = api.post("/b2b/sessions/exchange", session_token=session, organization_id="other")
    refused(answer, 400, "insufficient_factors_for_session_exchange")
    body = api.post("/b2b/discovery/organizations", session_token=session).json()
    assert [
        each["organization"]["organization_slug"] for each in body["discovered_organizations"]
    ] == ["acme"]


def test_it_is_the_step_that_was_missing(
    api: Api, acme: Organization, issuer: str, browser: Client
) -> None:
    member(acme)
    api.put(
        f"/b2b/organizations/{acme.pk}", auth_methods="RESTRICTED", allowed_auth_methods=["sso"]
    )
    token = into(browser, connection(api, acme, issuer))["token"]
    held = begun(ALICE, now=timezone.now())
    body = authenticate(api, token, intermediate_session_token=held).json()
    methods = {each["type"] for each in body["member_session"]["authentication_factors"]}
    assert methods == {"email_otp", "sso"}


def test_claims_go_by_the_connections_own_names(
    api: Api, acme: Organization, issuer: str, browser: Client
) -> None:
    mapping = {"email": "mail", "first_name": "given_name", "last_name": "family_name"}
    connection_id = connection(api, acme, issuer, attribute_mapping=mapping)
    body = authenticate(api, into(browser, connection_id, sub="mapped")["token"]).json()
    assert (body["member"]["email_address"], body["member"]["name"]) == (ALICE, "Al Ice")


def test_a_connection_is_found_by_its_organization(
    api: Api, acme: Organization, issuer: str, browser: Client
) -> None:
    nowhere = start(browser, START, organization_id=acme.pk, login_redirect_url=LANDING)
    refused(nowhere, 404, "sso_connection_not_found")
    first = connection(api, acme, issuer)
    found = start(browser, START, slug="acme", login_redirect_url=LANDING)
    assert query(found["Location"])["redirect_uri"].endswith(first)
    second = connection(api, acme, issuer)
    unclear = start(browser, START, slug="acme", login_redirect_url=LANDING)
    refused(unclear, 404, "sso_connection_not_found")
    api.put(f"/b2b/organizations/{acme.pk}", sso_default_connection_id=second)
    found = start(browser, START, slug="acme", login_redirect_url=LANDING)
    assert query(found["Location"])["redirect_uri"].endswith(second)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, (400, "missing_sso_connection_locator")),
        ({"connection_id": "c", "slug": "acme"}, (400, "too_many_sso_connection_locators")),
        ({"connection_id": "c"}, (404, "sso_connection_not_found")),
        ({"connection_id": "c", "public_token": ""}, (404, "public_token_not_found")),
    ],
)
def test_a_bad_start_goes_nowhere(
    api: Api, browser: Client, parameters: dict[str, str], error: tuple[int, str]
) -> None:
    refused(start(browser, START, **parameters), *error)
