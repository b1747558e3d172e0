"""Links by e-mail: sent, and used up once, by a POST, by whom they were made for."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from identity.models import IntermediateSession, MagicLink, Member, MemberSession
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.password_calls import GOOD

SEND = "/b2b/magic_links/email/discovery/send"
DISCOVER = "/b2b/magic_links/discovery/authenticate"
SEND_INSIDE = "/b2b/magic_links/email/login_or_signup"
AUTHENTICATE = "/b2b/magic_links/authenticate"
ADA = "ada@acme.example"
LANDING = "https://app.example/authenticate"


@pytest.fixture(autouse=True)
def _landing(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://app.example"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(
        "Acme", email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )


def send(api: Api, **fields: Any) -> str:
    response = api.post(SEND, **{"email_address": ADA, **fields})
    assert response.status_code == 200, response.content
    return post.token(ADA)


def send_inside(api: Api, organization: dict[str, Any], **fields: Any) -> str:
    body = {"organization_id": organization["organization_id"], "email_address": ADA}
    response = api.post(SEND_INSIDE, **{**body, **fields})
    assert response.status_code == 200, response.content
    return post.token(ADA)


def discover(api: Api, token: str, **fields: Any) -> Any:
    return api.post(DISCOVER, discovery_magic_links_token=token, **fields)


def authenticate(api: Api, token: str, **fields: Any) -> Any:
    return api.post(AUTHENTICATE, magic_links_token=token, **fields)


def test_a_link_leads_to_the_app_and_proves_the_address(api: Api, acme: dict[str, Any]) -> None:
    api.member(acme, ADA)
    token = send(api)
    assert post.link(ADA) == f"{LANDING}?stytch_token_type=discovery&token={token}"
    body = discover(api, token).json()
    assert body["email_address"] == ADA
    assert body["intermediate_session_token"]
    (found,) = body["discovered_organizations"]
    assert found["organization"]["organization_slug"] == "acme"


def test_the_database_does_not_hold_the_token(api: Api) -> None:
    """(QUALITY 7)"""
    token = send(api)
    assert token not in str(MagicLink.objects.values().get())


def test_known_and_unknown_addresses_get_the_same_answer(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 24)"""
    api.member(acme, ADA)
    answers = [api.post(SEND, email_address=each) for each in (ADA, "nobody@nowhere.example")]
    assert [each.status_code for each in answers] == [200, 200]
    assert [set(each.json()) for each in answers] == [{"status_code", "request_id"}] * 2
    assert len(mail.outbox) == 2


def test_no_get_uses_a_link_up(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 20, 27): scanners fetch what they find, as often as they like."""
    api.member(acme, ADA)
    tokens = {DISCOVER: send(api), AUTHENTICATE: send_inside(api, acme)}
    for path, token in tokens.items():
        for name in ("token", "magic_links_token", "discovery_magic_links_token"):
            for method in ("GET", "HEAD"):
                assert api.call(method, path, query={name: token}).status_code == 405
    assert not MagicLink.objects.exclude(consumed_at=None).exists()
    assert discover(api, tokens[DISCOVER]).status_code == 200
    assert authenticate(api, tokens[AUTHENTICATE]).status_code == 200


def test_a_link_is_good_once(api: Api) -> None:
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        token = send(api)
        first, again = discover(api, token).json(), discover(api, token).json()
        clock.shift(11)
        refused(discover(api, token), 401, "unable_to_auth_magic_link")
    assert first["intermediate_session_token"] == again["intermediate_session_token"]
    assert IntermediateSession.objects.count() == 1


def by_browser(api: Api, path: str, name: str, **body: Any) -> Any:
    headers = {"X-Foyer-Browser": name * 22} if name else {}
    return api.call("POST", path, body, headers=headers)


@pytest.mark.parametrize("other", ["b", ""])
@pytest.mark.parametrize("kind", ["discovery link", "link", "discovery code", "code", "reset"])
def test_posted_again_it_is_good_for_the_browser_that_used_it_alone(
    api: Api, acme: dict[str, Any], settings: Settings, kind: str, other: str
) -> None:
    """Within those seconds somebody else may have the mail open: to them it is used."""
    path, body = mailed_thing(api, acme, kind)
    first, again = (by_browser(api, path, "a", **body) for _ in range(2))
    refused_kinds = {401, 404}
    assert first.status_code == again.status_code == 200, (first.content, again.content)
    names = ("session_token", "intermediate_session_token")
    assert [first.json().get(name) for name in names] == [again.json().get(name) for name in names]
    stranger = by_browser(api, path, other, **body)
    assert stranger.status_code in refused_kinds, stranger.content
    assert "token" not in stranger.json()


def mailed_thing(api: Api, acme: dict[str, Any], kind: str) -> tuple[str, dict[str, Any]]:
    """Where it is posted, and with what."""
    if kind == "discovery link":
        return DISCOVER, {"discovery_magic_links_token": send(api)}
    api.member(acme, ADA)
    if kind == "link":
        return AUTHENTICATE, {"magic_links_token": send_inside(api, acme)}
    inside = {"organization_id": acme["organization_id"], "email_address": ADA}
    if kind == "reset":
        assert api.post("/b2b/passwords/email/reset/start", **inside).status_code == 200
        body = {"password_reset_token": post.token(ADA), "password": GOOD}
        return "/b2b/passwords/email/reset", body
    if kind == "code":
        api.post("/b2b/otps/email/login_or_signup", **inside)
        return "/b2b/otps/email/authenticate", {**inside, "code": post.code(ADA)}
    api.post("/b2b/otps/email/discovery/send", email_address=ADA)
    code = {"email_address": ADA, "code": post.code(ADA)}
    return "/b2b/otps/email/discovery/authenticate", code


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_get_one_session(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 28)"""
    api.member(acme, ADA)
    token = send_inside(api, acme)
    answers = post.at_once(lambda: authenticate(api, token))
    assert [each.status_code for each in answers] == [200, 200]
    assert len({each.json()["session_token"] for each in answers}) == 1
    assert MemberSession.objects.count() == 1


@pytest.mark.parametrize(("minutes", "lifetime"), [(None, 60), (5, 5), (10_080, 10_080)])
def test_a_link_ends_with_its_lifetime(api: Api, minutes: int | None, lifetime: int) -> None:
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        late, timely = (send(api, discovery_expiration_minutes=minutes) for _ in range(2))
        clock.shift(timedelta(minutes=lifetime, seconds=-1))
        assert discover(api, timely).status_code == 200
        clock.shift(1)
        refused(discover(api, late), 401, "unable_to_auth_magic_link")


@pytest.mark.parametrize("minutes", [0, 4, 10_081])
def test_lifetimes_are_five_minutes_to_a_week(api: Api, minutes: int) -> None:
    response = api.post(SEND, email_address=ADA, discovery_expiration_minutes=minutes)
    refused(response, 400, "invalid_expiration")


def test_an_unknown_token_is_not_found(api: Api) -> None:
    for endpoint in (discover, authenticate):
        refused(endpoint(api, "x" * 44), 404, "magic_link_not_found")


def test_links_open_their_own_flow_only(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 26)"""
    api.member(acme, ADA)
    refused(authenticate(api, send(api)), 404, "magic_link_not_found")
    refused(discover(api, send_inside(api, acme)), 404, "magic_link_not_found")


def test_a_member_signs_in_by_link(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, ADA)
    token = send_inside(api, acme)
    assert post.query(post.link(ADA))["stytch_token_type"] == "multi_tenant_magic_links"
    body = authenticate(api, token).json()
    assert body["member_authenticated"] is True
    assert body["member_id"] == member["member_id"]
    assert body["organization_id"] == acme["organization_id"]
    assert body["reset_sessions"] is False
    (factor,) = body["member_session"]["authentication_factors"]
    assert factor["type"] == "magic_link"
    assert factor["email_factor"]["email_id"] == body["method_id"]


def test_a_newcomer_takes_the_signup_way(
    api: Api, acme: dict[str, Any], settings: Settings
) -> None:
    settings.REDIRECT_URLS = ["https://app.example/welcome", "https://app.example/back"]
    ways = {
        "login_redirect_url": "https://app.example/back",
        "signup_redirect_url": "https://app.example/welcome",
    }
    token = send_inside(api, acme, **ways)
    assert post.link(ADA).startswith("https://app.example/welcome?")
    assert Member.objects.get().status == Member.Status.PENDING
    assert authenticate(api, token).json()["member"]["status"] == "active"
    send_inside(api, acme, **ways)
    assert post.link(ADA).startswith("https://app.example/back?")


def test_a_redirect_that_is_not_ours_creates_nobody(api: Api, acme: dict[str, Any]) -> None:
    response = api.post(
        SEND_INSIDE,
        organization_id=acme["organization_id"],
        email_address=ADA,
        signup_redirect_url="https://evil.example/authenticate",
    )
    refused(response, 400, "no_match_for_provided_magic_link_url")
    assert not Member.objects.exists()


def test_a_mail_that_is_not_taken_leaves_nothing(
    api: Api, acme: dict[str, Any], settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "tests.identity.backends.Unreachable"
    refused(api.post(SEND, email_address=ADA), 500, "internal_server_error")
    body = {"organization_id": acme["organization_id"], "email_address": ADA}
    refused(api.post(SEND_INSIDE, **body), 500, "internal_server_error")
    assert not MagicLink.objects.exists()
    assert not Member.objects.exists()
