"""The demo identity provider: everybody's stand-in for Google, in development and nowhere else."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from identity.models import OIDCConnection
from tests.identity.api import Api
from tests.identity.idp import LANDING, query, start
from tests.providing import way_back

DISCOVERY = "/b2b/public/oauth/google/discovery/start"


@pytest.fixture(autouse=True)
def _demo(settings: Settings, db: None) -> None:
    settings.DEBUG = True
    settings.REDIRECT_URLS = [LANDING]
    call_command("demo", verbosity=0)
    cache.clear()


@pytest.fixture
def browser() -> Client:
    return Client()


def page(browser: Client) -> str:
    return str(start(browser, DISCOVERY, discovery_redirect_url=LANDING)["Location"])


def land(browser: Client, url: str, **form: str) -> dict[str, str]:
    return query(browser.get(way_back(browser, url, **form))["Location"])


def test_the_page_says_that_it_is_a_demo(browser: Client) -> None:
    shown = browser.get(page(browser))
    assert shown.status_code == 200
    assert "Demo identity provider" in shown.content.decode()
    assert "stands in for Google" in shown.content.decode()


@pytest.mark.parametrize(
    ("form", "verifying"),
    [
        ({"person": "admin@acme.example"}, True),
        ({"email": " Admin@Acme.example "}, True),
        ({"email": "somebody@gmail.com"}, False),
    ],
)
def test_one_is_anybody(browser: Client, form: dict[str, str], verifying: bool) -> None:
    token = land(browser, page(browser), **form)["token"]
    body = Api().post("/b2b/oauth/discovery/authenticate", discovery_oauth_token=token).json()
    assert body["email_address"] == next(iter(form.values())).strip().lower()
    assert bool(body["provider_tenant_id"]) is verifying


def test_initech_is_entered_by_google(browser: Client) -> None:
    token = land(browser, page(browser), person="admin@acme.example")["token"]
    body = Api().post("/b2b/oauth/discovery/authenticate", discovery_oauth_token=token).json()
    entered = Api().post(
        "/b2b/discovery/intermediate_sessions/exchange",
        intermediate_session_token=body["intermediate_session_token"],
        organization_id="initech",
    )
    assert entered.json()["member_authenticated"] is True


def test_initech_is_entered_by_its_own_single_sign_on(browser: Client) -> None:
    begun = start(browser, "/public/sso/start", slug="initech", login_redirect_url=LANDING)
    assert "single sign-on" in browser.get(begun["Location"]).content.decode()
    token = land(browser, begun["Location"], person="admin@acme.example")["token"]
    body = Api().post("/b2b/sso/authenticate", sso_token=token).json()
    assert body["member_authenticated"] is True
    call_command("demo", verbosity=0)
    assert OIDCConnection.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"choice": "cancel"}, "access_denied"),
        ({"choice": "break", "email": "a@acme.example"}, "provider_unavailable"),
    ],
)
def test_trouble_can_be_tried_too(browser: Client, form: dict[str, str], error: str) -> None:
    assert land(browser, page(browser), **form)["error"] == error


def test_no_address_is_asked_for_again(browser: Client) -> None:
    answer = browser.post(page(browser), {"email": "nobody"})
    assert answer.status_code == 200
    assert "Enter an e-mail address" in answer.content.decode()


def test_a_code_works_once_and_for_its_own_flow(browser: Client) -> None:
    url = page(browser)
    stolen = query(way_back(browser, url, person="admin@acme.example"))["code"]
    other = Client()
    state = query(page(other))["state"]
    answer = other.get("/v1/b2b/oauth/callback/google", {"code": stolen, "state": state})
    assert query(answer["Location"])["error"] == "provider_error"


@pytest.mark.parametrize(
    "redirect_uri", ["", "https://evil.example/v1/b2b/oauth/callback/google", "http://testserver/"]
)
def test_nobody_is_sent_elsewhere(browser: Client, redirect_uri: str) -> None:
    answer = browser.post(
        "/dev/provider/authorize",
        {"person": "a@b.example"},
        query_params={"redirect_uri": redirect_uri},
    )
    assert answer.status_code == 200
    assert "Refresh" not in answer


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_not_there_in_production(browser: Client, settings: Settings, method: str) -> None:
    """QUALITY 73."""
    url: Any = page(browser)
    settings.DEBUG = False
    assert getattr(browser, method)(url).status_code == 404
