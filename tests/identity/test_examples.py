"""The answers of the API are like the examples of the guides: keys, types, nulls, each field."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from identity import providers
from identity.models import Member
from tests.examples import Kinds, differences, example
from tests.identity import idp, post
from tests.identity.api import Api
from tests.identity.idp import LANDING, Told, query, start
from tests.identity.second_factors import NUMBER

ANN = "ann@house.example"
ENROLLED = {
    "mfa_enrolled": True,
    "mfa_phone_number": NUMBER,
    "mfa_phone_number_verified": True,
    "mfa_phone_id": "member-phone-number-test-1",
}


@pytest.fixture
def first(api: Api) -> dict[str, Any]:
    return house(api, "First House")


@pytest.fixture
def second(api: Api) -> dict[str, Any]:
    return house(api, "Second House")


def house(api: Api, name: str) -> dict[str, Any]:
    """An organization that takes a proof of the mailbox, with Ann in it."""
    founded = api.organization(name)
    api.member(founded, ANN)
    Member.objects.filter(organization_id=founded["organization_id"]).update(
        email_address_verified=True, email_provenance="mailbox"
    )
    return founded


def needs_a_second_step(organization: dict[str, Any]) -> None:
    Member.objects.filter(organization_id=organization["organization_id"]).update(**ENROLLED)


def kinds(api: Api) -> Kinds:
    """Every field that the API gives a member, an organization, a session when asked for it."""
    whole = api.organization("Whole")
    member = api.member(whole, "bo@house.example")
    code = {"organization_id": "whole", "email_address": "bo@house.example"}
    api.post("/b2b/otps/email/login_or_signup", **code)
    signed_in = api.post(
        "/b2b/otps/email/authenticate", **code, code=post.code("bo@house.example")
    ).json()
    return {
        "organization": set(whole),
        "member": set(member),
        "member_session": set(signed_in["member_session"]),
    }


def is_like(api: Api, name: str, answer: Any) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert differences(example(name), body, kinds(api)) == []
    return body


def discovered(api: Api) -> Any:
    api.post("/b2b/otps/email/discovery/send", email_address=ANN)
    return api.post(
        "/b2b/otps/email/discovery/authenticate",
        email_address=ANN,
        code=post.code(ANN),
    )


def session(api: Api, organization: dict[str, Any]) -> str:
    who = {"organization_id": organization["organization_id"], "email_address": ANN}
    api.post("/b2b/otps/email/login_or_signup", **who)
    answer = api.post("/b2b/otps/email/authenticate", **who, code=post.code(ANN)).json()
    assert answer["member_authenticated"], answer
    return str(answer["session_token"])


def test_discovery(api: Api, first: Any, second: Any) -> None:
    needs_a_second_step(first)
    Member.objects.filter(organization_id=second["organization_id"]).update(status="pending")
    is_like(api, "discovery_authenticate", discovered(api))


def test_the_list_of_organizations(api: Api, first: Any, second: Any) -> None:
    needs_a_second_step(first)
    token = session(api, second)
    listed = api.post("/b2b/discovery/organizations", session_token=token)
    is_like(api, "discovered_organizations", listed)


def test_a_first_step_before_a_text(api: Api, first: Any, settings: Settings) -> None:
    """By link, as in the guide."""
    needs_a_second_step(first)
    who = {"organization_id": "first-house", "email_address": ANN}
    settings.REDIRECT_URLS = [LANDING]
    api.post("/b2b/magic_links/email/login_or_signup", **who, login_redirect_url=LANDING)
    token = post.token(ANN)
    answer = api.post("/b2b/magic_links/authenticate", magic_links_token=token)
    is_like(api, "first_step_before_a_text", answer)


@pytest.fixture
def github(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Plain OAuth: no id token, and no refresh token unless it is asked for."""
    settings.DEBUG = True  # a provider on this machine is refused without
    settings.OAUTH_CLIENTS = {**settings.OAUTH_CLIENTS, "github": ("us", "secret")}
    settings.REDIRECT_URLS = [LANDING]
    with idp.told() as told:
        token, person = f"{told.url}/token", f"{told.url}/u"
        ours = replace(providers.PROVIDERS["github"], token_url=token, userinfo_url=person)
        monkeypatch.setitem(providers.PROVIDERS, "github", ours)
        monkeypatch.setattr(providers, "GITHUB_API", told.url)
        grant = {"access_token": "theirs", "expires_in": 60, "scope": "read:user,user:email"}
        told.answer("/token", grant)
        told.answer("/u", {"id": 7})
        told.answer("/user/emails", [{"email": ANN, "primary": True, "verified": True}])
        yield told


def test_a_provider_before_a_step_up(api: Api, first: Any, github: Told) -> None:
    methods = ["sso", "microsoft_oauth", "email_otp", "magic_link", "google_oauth"]
    api.put(
        f"/b2b/organizations/{first['organization_id']}",
        auth_methods="RESTRICTED",
        allowed_auth_methods=methods,
    )
    browser, path = Client(), "/b2b/public/oauth/github/start"
    begun = start(
        browser,
        path,
        organization_id=first["organization_id"],
        login_redirect_url=LANDING,
    )
    asked = query(begun["Location"])
    back = {"code": "c", "state": asked["state"]}
    landed = browser.get(urlsplit(asked["redirect_uri"]).path, back)
    token = query(landed["Location"])["token"]
    answer = api.post("/b2b/oauth/authenticate", oauth_token=token)
    is_like(api, "provider_before_a_step_up", answer)


def test_authenticating_a_session(api: Api, first: Any) -> None:
    token = session(api, first)
    is_like(
        api, "session_authenticate", api.post("/b2b/sessions/authenticate", session_token=token)
    )


def test_revoking_a_session(api: Api, first: Any) -> None:
    token = session(api, first)
    is_like(api, "session_revoke", api.post("/b2b/sessions/revoke", session_token=token))


@pytest.mark.parametrize(
    ("more", "name"),
    [(False, "session_exchange"), (True, "session_exchange_before_a_second_step")],
)
def test_exchanging_a_session(api: Api, first: Any, second: Any, more: bool, name: str) -> None:
    token = session(api, first)
    if more:
        needs_a_second_step(second)
    answer = api.post(
        "/b2b/sessions/exchange",
        session_token=token,
        organization_id="second-house",
        session_duration_minutes=60,
        locale="en",
    )
    is_like(api, name, answer)


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ({"a": None}, {"a": ""}), ({"a": ""}, {"a": None}), ({"a": 1}, {"a": True}),
        ({"a": 1}, {}), ({"a": 1}, {"a": 1, "b": 2}), ({"a": "<text>"}, {"a": ""}),
        ({"a": "<time>"}, {"a": "2026-11-20T12:00:00.5Z"}), ({"a": [1]}, {"a": [1, 1]}),
        ({"a": "<whole>"}, {"a": {"x": 1}}), ({"a": {"is": "whole", "x": 1}}, {"a": {"x": 1}}),
        ({"a": "<m- …>"}, {"a": "n-1"}), ({"a": "<object>"}, {"a": {}}), ({"a": {}}, {"a": None}),
        ({"a": {"any order": [1, 2]}}, {"a": [1]}), ({"a": "<number>"}, {"a": "1"}),
    ],
)  # fmt: skip
def test_what_is_not_like_its_example_is_found(wanted: Any, got: Any) -> None:
    assert differences(wanted, got, {"whole": {"x", "y"}}) != []
