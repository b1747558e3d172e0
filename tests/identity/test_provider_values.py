"""What a provider gave, as the app hears of it (CONTRACT 2.7 provider_values)."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from identity import providers
from tests.identity import idp
from tests.identity.api import Api
from tests.identity.idp import LANDING, Told, query, start
from tests.identity.people import member, organization

GRANT = {"access_token": "theirs"}
ALL = {"refresh_token": "again", "expires_in": 60, "scope": "a,b", "id_token": "who"}
PRIMARY = [{"email": "alice@acme.example", "primary": True, "verified": True}]


@pytest.fixture
def github(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A provider that gives no more than it must: plain OAuth, without OpenID."""
    settings.DEBUG = True  # a provider on this machine is refused without
    settings.OAUTH_CLIENTS = {**settings.OAUTH_CLIENTS, "github": ("us", "secret")}
    settings.REDIRECT_URLS = [LANDING]
    with idp.told() as told:
        ours = replace(
            providers.PROVIDERS["github"],
            token_url=f"{told.url}/token",
            userinfo_url=f"{told.url}/u",
        )
        monkeypatch.setitem(providers.PROVIDERS, "github", ours)
        monkeypatch.setattr(providers, "GITHUB_API", told.url)
        told.answer("/u", {"id": 7})
        told.answer("/user/emails", PRIMARY)
        yield told


def values(api: Api, told: Told, grant: dict[str, Any]) -> Any:
    told.answer("/token", grant)
    acme, browser = member(organization()).organization, Client()
    path = "/b2b/public/oauth/github/start"
    begun = start(browser, path, organization_id=acme.pk, login_redirect_url=LANDING)
    asked = query(begun["Location"])
    back = {"code": "c", "state": asked["state"]}
    landed = browser.get(urlsplit(asked["redirect_uri"]).path, back)
    token = query(landed["Location"])["token"]
    return api.post("/b2b/oauth/authenticate", oauth_token=token).json()["provider_values"]


def test_what_the_provider_did_not_give_is_null(api: Api, github: Told) -> None:
    assert values(api, github, GRANT) == {
        "access_token": "theirs",
        "refresh_token": None,
        "id_token": None,
        "expires_at": None,
        "scopes": [],
    }


@pytest.mark.parametrize("nothing", ["", None, 7, ["again"]])
def test_what_is_no_token_is_null_as_well(api: Api, github: Told, nothing: object) -> None:
    given = values(api, github, {**GRANT, "refresh_token": nothing, "id_token": nothing})
    assert (given["refresh_token"], given["id_token"]) == (None, None)


def test_what_the_provider_gave_is_passed_on(api: Api, github: Told) -> None:
    given = values(api, github, GRANT | ALL)
    assert (given["refresh_token"], given["id_token"]) == ("again", "who")
    assert given["scopes"] == ["a", "b"]
    assert given["expires_at"]
