"""Where browsers and providers meet the service: which end a flow has, and what caches keep."""

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from identity.api import edge
from tests.identity import idp
from tests.identity.api import Api, refused
from tests.identity.idp import KEY, LANDING, Told, query, start
from tests.identity.people import member, organization
from tests.identity.test_edge import serve
from tests.identity.told_sso import Sso

LOGIN = "/b2b/public/oauth/google/start"


@pytest.fixture
def told(api: Api, settings: Settings) -> Iterator[Told]:
    settings.DEBUG = True
    settings.REDIRECT_URLS = [LANDING]
    settings.OAUTH_CLIENTS = {**settings.OAUTH_CLIENTS, "google": ("us", "hush")}
    with idp.told() as told:
        settings.OAUTH_ISSUERS = {"google": told.url}
        Sso(api, told, organization()).publish()
        yield told


def begun(browser: Client) -> dict[str, str]:
    return query(
        start(browser, LOGIN, slug="acme", login_redirect_url=LANDING)["Location"],
    )


def test_a_flow_of_one_kind_does_not_end_as_another(told: Told) -> None:
    """Else the callback of single sign-on would take a public provider's word."""
    browser = Client()
    asked = begun(browser)
    told.answer("/token", {"access_token": "at", "id_token": told.id_token(nonce=asked["nonce"])})
    back = {"state": asked["state"], "code": "c"}
    refused(browser.get("/v1/b2b/sso/callback/google", back), 400, "oauth_flow_not_found")
    ended = browser.get(urlsplit(asked["redirect_uri"]).path, back)
    assert "token" in query(ended["Location"])


def test_no_cache_keeps_a_redirect_with_a_token_or_a_flow(told: Told) -> None:
    browser = Client()
    start_ = start(browser, LOGIN, slug="acme", login_redirect_url=LANDING)
    assert start_["Cache-Control"] == "no-store"
    asked = query(start_["Location"])
    told.answer("/token", {"access_token": "at", "id_token": told.id_token(nonce=asked["nonce"])})
    path = urlsplit(asked["redirect_uri"]).path
    ended = browser.get(path, {"state": asked["state"], "code": "c"})
    assert "token" in query(ended["Location"])
    assert ended["Cache-Control"] == "no-store"


@pytest.mark.parametrize("given", ["", "x", None])
def test_without_a_public_token_of_the_project_nothing_opens(
    told: Told, settings: Settings, given: str | None
) -> None:
    settings.IDENTITY_PUBLIC_TOKEN = ""
    asked = {"slug": "acme", "login_redirect_url": LANDING}
    if given is not None:
        asked["public_token"] = given
    answer = Client().get(f"/v1{LOGIN}", asked)
    assert answer.status_code in {400, 404}
    assert given is None or answer.json()["error_type"] == "public_token_not_found"


def test_a_body_that_says_it_is_too_long_is_not_even_read() -> None:
    class Untouched(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("it was read")

    answer = serve(Untouched(), CONTENT_LENGTH=str(edge.BODY_LIMIT + 1))
    refused(answer, 413, "request_too_large")


def test_userinfo_never_beats_the_id_token(told: Told, api: Api) -> None:
    """Whatever it says of who is verified, and of whom (see also test_sso_as_providers_are)."""
    member(organization("Other"), "other@acme.example")
    browser = Client()
    asked = begun(browser)
    token = told.id_token(nonce=asked["nonce"], email=None, email_verified=False, key=KEY)
    told.answer("/token", {"access_token": "at", "id_token": token})
    told.answer("/userinfo", {"sub": "s", "email": "other@acme.example", "email_verified": True})
    path = urlsplit(asked["redirect_uri"]).path
    ended = browser.get(path, {"state": asked["state"], "code": "c"})
    assert query(ended["Location"])["error"] == "provider_email_not_verified"
