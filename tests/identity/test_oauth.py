"""Signing in with Google and the like, through a real OpenID provider (CONTRACT 2.7, 2.8, 5.4)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from identity.models import AuditEvent, Member, ProviderToken
from tests.identity import idp
from tests.identity.api import Api, refused
from tests.identity.idp import CHALLENGE, LANDING, SIGNUP, VERIFIER, query, start, walk
from tests.identity.people import ALICE, begun, member, organization

LOGIN, DISCOVERY = "/b2b/public/oauth/google/start", "/b2b/public/oauth/google/discovery/start"
CALLBACK = "/v1/b2b/oauth/callback/google"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with idp.real() as url:
        yield url


@pytest.fixture(autouse=True)
def _google(settings: Settings, issuer: str) -> None:
    settings.DEBUG = True
    settings.OAUTH_CLIENTS = {**settings.OAUTH_CLIENTS, "google": ("us", "secret")}
    settings.OAUTH_ISSUERS = {"google": issuer}
    settings.REDIRECT_URLS = [LANDING, SIGNUP]


@pytest.fixture
def browser(api: Api) -> Client:
    return Client()


def after(*, seconds: int) -> AbstractContextManager[object]:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def into(browser: Client, of: Any, *, sub: str = "alice", **more: str) -> dict[str, str]:
    return walk(browser, LOGIN, sub=sub, organization_id=of.pk, login_redirect_url=LANDING, **more)


def discover(browser: Client, *, sub: str = "alice", **more: str) -> dict[str, str]:
    return walk(browser, DISCOVERY, sub=sub, discovery_redirect_url=LANDING, **more)


def authenticate(api: Api, token: str, **more: Any) -> Any:
    return api.post("/b2b/oauth/authenticate", oauth_token=token, **more)


def test_a_member_signs_in(api: Api, browser: Client) -> None:
    ada = member(organization())
    landed = into(browser, ada.organization)
    assert landed["stytch_token_type"] == "oauth"
    body = authenticate(api, landed["token"]).json()
    assert body["member_authenticated"] is True
    assert (body["provider_type"], body["provider_subject"]) == ("Google", "alice")
    assert body["provider_values"]["access_token"]
    assert body["provider_values"]["scopes"] == ["openid", "email", "profile"]
    assert body["organization_id"] == ada.organization_id
    assert body["reset_sessions"] is False
    (factor,) = body["member_session"]["authentication_factors"]
    assert (factor["type"], factor["delivery_method"]) == ("oauth", "oauth_google")
    (account,) = body["member"]["oauth_registrations"]
    assert factor["google_oauth_factor"] == {
        "id": account["member_oauth_registration_id"],
        "provider_subject": "alice",
        "email_id": ada.email_id,
        "provider_tenant_id": "acme.example",
    }
    assert body["member"]["name"] == "Alice"


def test_the_same_account_is_noted_once(api: Api, browser: Client) -> None:
    ada = member(organization())
    ids = set()
    for _ in range(2):
        body = authenticate(api, into(browser, ada.organization)["token"]).json()
        (account,) = body["member"]["oauth_registrations"]
        ids.add(account["member_oauth_registration_id"])
    assert len(ids) == 1


def test_a_start_writes_nothing_and_sets_one_short_cookie(api: Api, browser: Client) -> None:
    """QUALITY 2, 20."""
    of = organization()
    AuditEvent.objects.all().delete()
    begun_ = start(browser, LOGIN, organization_id=of.pk, login_redirect_url=LANDING)
    (cookie,) = begun_.cookies.values()
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Lax", True, "/")
    assert cookie["max-age"] == 600
    assert not AuditEvent.objects.exists()
    assert not ProviderToken.objects.exists()
    asked = query(begun_["Location"])
    assert asked["code_challenge_method"] == "S256"
    assert asked["state"] not in cookie.value
    assert asked["nonce"] not in cookie.value


def test_the_cookie_is_the_hosts_own_under_https(
    api: Api, browser: Client, settings: Settings
) -> None:
    """QUALITY 1."""
    settings.HTTPS = True
    response = start(browser, DISCOVERY, discovery_redirect_url=LANDING)
    cookie = response.cookies["__Host-foyer_flow"]
    assert cookie["secure"]
    assert cookie["domain"] == ""


def test_another_browser_cannot_end_the_flow(api: Api, browser: Client) -> None:
    """QUALITY 22."""
    begun_ = start(browser, DISCOVERY, discovery_redirect_url=LANDING)
    back = idp.decide(begun_["Location"])
    refused(Client().get(CALLBACK, back), 400, "oauth_flow_not_found")
    victim = Client()
    start(victim, DISCOVERY, discovery_redirect_url=LANDING)
    refused(victim.get(CALLBACK, back), 400, "oauth_flow_not_found")
    assert not ProviderToken.objects.exists()


@pytest.mark.parametrize("state", ["", "wrong", "\x80"])
def test_a_wrong_state_ends_nothing(api: Api, browser: Client, state: str) -> None:
    """QUALITY 22."""
    begun_ = start(browser, DISCOVERY, discovery_redirect_url=LANDING)
    back = {**idp.decide(begun_["Location"]), "state": state}
    refused(browser.get(CALLBACK, back), 400, "oauth_flow_not_found")


def test_a_flow_ends_at_its_own_provider_only(api: Api, browser: Client) -> None:
    begun_ = start(browser, DISCOVERY, discovery_redirect_url=LANDING)
    back = idp.decide(begun_["Location"])
    elsewhere = browser.get("/v1/b2b/oauth/callback/github", back)
    refused(elsewhere, 400, "oauth_flow_not_found")


def test_a_flow_ends_once(api: Api, browser: Client) -> None:
    begun_ = start(browser, DISCOVERY, discovery_redirect_url=LANDING)
    back = idp.decide(begun_["Location"])
    assert "token" in query(browser.get(CALLBACK, back)["Location"])
    refused(browser.get(CALLBACK, back), 400, "oauth_flow_not_found")


def test_a_flow_ends_after_ten_minutes(api: Api, browser: Client) -> None:
    begun_ = start(browser, DISCOVERY, discovery_redirect_url=LANDING)
    back = idp.decide(begun_["Location"])
    with after(seconds=601):
        refused(browser.get(CALLBACK, back), 400, "oauth_flow_expired")


def test_a_person_sees_a_page(api: Api, browser: Client) -> None:
    response = browser.get(CALLBACK, {"state": "x"}, headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert "Start again" in response.content.decode()


def test_cancelling_leads_back_with_the_reason(api: Api, browser: Client) -> None:
    of = organization().pk
    begun_ = start(browser, LOGIN, organization_id=of, login_redirect_url=LANDING)
    denied = idp.decide(begun_["Location"], action="deny")
    # This provider forgets the state, which RFC 6749 4.1.2.1 wants back.
    back = {**denied, "state": query(begun_["Location"])["state"]}
    landed = query(browser.get(CALLBACK, back)["Location"])
    assert landed == {"stytch_token_type": "oauth", "error": "access_denied"}
    assert AuditEvent.objects.filter(action="oauth.callback", outcome="access_denied").exists()


@pytest.mark.parametrize(
    ("back", "error"),
    [
        ({"code": "made-up"}, "provider_error"),
        ({"error": "temporarily_unavailable"}, "provider_unavailable"),
        ({"error": "<script>"}, "provider_error"),
        ({}, "provider_error"),
    ],
)
def test_a_provider_in_trouble_leads_back_with_the_reason(
    api: Api, browser: Client, back: dict[str, str], error: str
) -> None:
    begun_ = start(browser, DISCOVERY, discovery_redirect_url=LANDING)
    answer = browser.get(CALLBACK, {**back, "state": query(begun_["Location"])["state"]})
    assert query(answer["Location"])["error"] == error


def test_a_provider_that_is_down_leads_back(api: Api, browser: Client, settings: Settings) -> None:
    settings.OAUTH_ISSUERS = {"google": "http://127.0.0.1:1"}
    landed = query(start(browser, DISCOVERY, discovery_redirect_url=LANDING)["Location"])
    assert landed["error"] == "provider_unavailable"


@pytest.mark.parametrize(
    ("sub", "error"),
    [("doubted", "provider_email_not_verified"), ("nameless", "provider_email_missing")],
)
def test_an_address_the_provider_doubts_is_none(
    api: Api, browser: Client, sub: str, error: str
) -> None:
    assert discover(browser, sub=sub)["error"] == error


def test_discovery_lists_and_tells_of_the_provider(api: Api, browser: Client) -> None:
    member(organization())
    landed = discover(browser)
    body = api.post(
        "/b2b/oauth/discovery/authenticate", discovery_oauth_token=landed["token"]
    ).json()
    assert body["email_address"] == ALICE
    assert (body["provider_type"], body["full_name"]) == ("Google", "Alice")
    assert body["provider_tenant_ids"] == ["acme.example"]
    (found,) = body["discovered_organizations"]
    assert found["member_authenticated"] is True
    again = api.post(
        "/b2b/oauth/discovery/authenticate", discovery_oauth_token=landed["token"]
    ).json()
    assert again["intermediate_session_token"] == body["intermediate_session_token"]


def test_without_hd_google_proves_no_address(api: Api, browser: Client) -> None:
    """5.4: a newcomer has to prove it; who has proven it before need not."""
    new = member(organization(), status="pending", verified=False)
    body = authenticate(api, into(browser, new.organization, sub="private")["token"]).json()
    assert body["member_authenticated"] is False
    assert "email_otp" in body["primary_required"]["allowed_auth_methods"]
    assert body["member"]["oauth_registrations"] == []
    Member.objects.filter(pk=new.pk).update(status="active", email_address_verified=True)
    body = authenticate(api, into(browser, new.organization, sub="private")["token"]).json()
    assert body["member_authenticated"] is True


def test_a_token_works_once_but_for_a_double_post(api: Api, browser: Client) -> None:
    token = into(browser, member(organization()).organization)["token"]
    first = authenticate(api, token).json()
    assert authenticate(api, token).json()["session_token"] == first["session_token"]
    with after(seconds=11):
        refused(authenticate(api, token), 400, "oauth_token_not_found")


def test_a_token_expires(api: Api, browser: Client) -> None:
    token = into(browser, member(organization()).organization)["token"]
    with after(seconds=301):
        refused(authenticate(api, token), 400, "oauth_token_not_found")


def test_a_token_is_of_one_kind(api: Api, browser: Client) -> None:
    token = into(browser, member(organization()).organization)["token"]
    answer = api.post("/b2b/oauth/discovery/authenticate", discovery_oauth_token=token)
    refused(answer, 400, "oauth_token_not_found")
    refused(api.post("/b2b/sso/authenticate", sso_token=token), 404, "sso_token_not_found")
    assert authenticate(api, token).status_code == 200


def test_the_apps_pkce_is_carried_through(api: Api, browser: Client) -> None:
    of = member(organization()).organization
    token = into(browser, of, pkce_code_challenge=CHALLENGE)["token"]
    refused(authenticate(api, token), 400, "pkce_expected_code_verifier")
    wrong = authenticate(api, token, pkce_code_verifier=VERIFIER[::-1] + "x")
    refused(wrong, 400, "pkce_mismatch")
    assert authenticate(api, token, pkce_code_verifier=VERIFIER).status_code == 200
    plain = into(browser, of)["token"]
    unasked = authenticate(api, plain, pkce_code_verifier=VERIFIER)
    refused(unasked, 400, "pkce_did_not_expect_code_verifier")


def test_strangers_join_by_domain_or_not_at_all(api: Api, browser: Client) -> None:
    closed = organization("Closed")
    refused(
        authenticate(api, into(browser, closed)["token"]), 403, "email_jit_provisioning_not_allowed"
    )
    open_ = organization(
        "Open", email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )
    member(open_, "bob@acme.example")
    body = authenticate(api, into(browser, open_)["token"]).json()
    assert body["member_authenticated"] is True
    assert body["member"]["status"] == "active"


def test_newcomers_land_where_they_sign_up(api: Api, browser: Client) -> None:
    of = member(organization(), status="invited").organization
    begun_ = start(
        browser,
        LOGIN,
        slug=of.organization_slug,
        login_redirect_url=LANDING,
        signup_redirect_url=SIGNUP,
    )
    ended = browser.get(CALLBACK, idp.decide(begun_["Location"]))
    assert ended["Location"].startswith(SIGNUP)


def test_it_is_the_step_that_was_missing(api: Api, browser: Client) -> None:
    """An e-mail code doesn't do where Google is asked for; together they do (5.3)."""
    of = organization(auth_methods="RESTRICTED", allowed_auth_methods=["google_oauth"])
    member(of)
    token = into(browser, of)["token"]
    held = begun(ALICE, now=timezone.now())
    body = authenticate(api, token, intermediate_session_token=held).json()
    assert body["member_authenticated"] is True
    methods = {each["type"] for each in body["member_session"]["authentication_factors"]}
    assert methods == {"email_otp", "oauth"}


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, (400, "missing_oauth_organization_locator")),
        ({"organization_id": "a", "slug": "a"}, (400, "too_many_oauth_organization_locators")),
        ({"slug": "nowhere"}, (404, "organization_not_found")),
        ({"slug": "acme", "public_token": "wrong"}, (404, "public_token_not_found")),
        (
            {"slug": "acme", "login_redirect_url": "https://evil.example/authenticate"},
            (400, "no_match_for_provided_magic_link_url"),
        ),
        ({"slug": "acme", "pkce_code_challenge": "short"}, (400, "bad_request")),
    ],
)
def test_a_bad_start_goes_nowhere(
    api: Api, browser: Client, parameters: dict[str, str], error: tuple[int, str]
) -> None:
    organization()
    refused(start(browser, LOGIN, **parameters), *error)


def test_a_provider_without_a_client_is_not_offered(api: Api, browser: Client) -> None:
    answer = start(browser, DISCOVERY.replace("google", "github"), discovery_redirect_url=LANDING)
    refused(answer, 404, "oauth_provider_not_found")


def test_the_app_may_add_to_what_is_asked_but_not_change_it(api: Api, browser: Client) -> None:
    begun_ = start(
        browser,
        DISCOVERY,
        discovery_redirect_url=LANDING,
        custom_scopes="calendar openid",
        provider_prompt="login",
        provider_redirect_uri="https://evil.example",
        provider_client_id="another",
    )
    asked = query(begun_["Location"])
    assert asked["prompt"] == "login"
    assert asked["scope"] == "openid email profile calendar"
    assert asked["redirect_uri"].endswith(CALLBACK)
    assert asked["client_id"] == "us"


def test_no_token_is_stored_in_clear_or_logged(
    api: Api, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """QUALITY 4, 7."""
    token = into(browser, member(organization()).organization)["token"]
    values = authenticate(api, token).json()["provider_values"]
    row = ProviderToken.objects.get()
    stored = f"{row.token_hash} {bytes(row.facts)!r} {bytes(row.answer)!r}"
    for secret in (token, values["access_token"], values["id_token"], values["refresh_token"]):
        assert secret
        assert secret not in stored
        assert secret not in caplog.text


MICROSOFT = LOGIN.replace("google", "microsoft")


@pytest.fixture
def _entra(settings: Settings, issuer: str) -> None:
    """Whose tokens say nothing of who owns the address: no `xms_edov`."""
    settings.OAUTH_CLIENTS = {**settings.OAUTH_CLIENTS, "microsoft": ("us", "secret")}
    settings.OAUTH_ISSUERS = {"microsoft": issuer}


@pytest.mark.usefixtures("_entra")
def test_a_tenants_own_word_goes_on_by_proving_the_mailbox(api: Api, browser: Client) -> None:
    alice = member(organization())
    place = {"organization_id": alice.organization_id, "login_redirect_url": LANDING}
    token = walk(browser, MICROSOFT, **place)["token"]
    body = authenticate(api, token).json()
    assert (body["member_authenticated"], body["session_token"]) == (False, "")
    allowed = body["primary_required"]["allowed_auth_methods"]
    assert {"email_otp", "magic_link"} <= set(allowed)
    assert "microsoft_oauth" not in allowed
    assert body["member"]["oauth_registrations"] == []


@pytest.mark.usefixtures("_entra")
def test_a_tenants_own_word_discovers_nothing(api: Api, browser: Client) -> None:
    """The memberships of an address that anybody can write into an account of theirs."""
    member(organization())
    path = MICROSOFT.replace("/start", "/discovery/start")
    landed = walk(browser, path, discovery_redirect_url=LANDING)
    assert landed["error"] == "provider_email_not_verified"
    assert "token" not in landed
