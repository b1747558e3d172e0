"""Several sign-ins of one browser on their way through providers at once, in one bounded cookie."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from identity import flow_cookie, parties
from identity.errors import ApiError
from identity.models import ProviderToken
from identity.operations import flows
from identity.operations.flows import Flow
from tests.identity import idp
from tests.identity.api import Api, refused
from tests.identity.idp import LANDING, SIGNUP, query, start
from tests.identity.people import member, organization
from tests.identity.test_oauth import CALLBACK, DISCOVERY, LOGIN, after

COOKIE = "foyer_flow"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with idp.real() as url:
        yield url


@pytest.fixture
def browser(api: Api, settings: Settings, issuer: str) -> Client:
    settings.DEBUG = True
    settings.OAUTH_CLIENTS = {**settings.OAUTH_CLIENTS, "google": ("us", "secret")}
    settings.OAUTH_ISSUERS = {"google": issuer}
    settings.REDIRECT_URLS = [LANDING, SIGNUP]
    return Client()


def tab(browser: Client, *, way: str = DISCOVERY, **more: str) -> dict[str, str]:
    """Another one sets out, and its person decides at the provider: what it would bring back."""
    where = more or {"discovery_redirect_url": LANDING}
    return idp.decide(start(browser, way, **where)["Location"])


def back(browser: Client, answer: dict[str, str], callback: str = CALLBACK) -> Any:
    return browser.get(callback, answer)


def gone(browser: Client) -> bool:
    return COOKIE not in browser.cookies or not browser.cookies[COOKIE].value


@pytest.mark.parametrize("first", [0, 1])
def test_two_tabs_come_back_in_either_order(browser: Client, first: int) -> None:
    tabs = [tab(browser), tab(browser)]
    assert "token" in query(back(browser, tabs[first])["Location"])
    assert not gone(browser)
    assert "token" in query(back(browser, tabs[1 - first])["Location"])
    assert gone(browser)
    for answer in tabs:
        refused(back(browser, answer), 400, "oauth_flow_not_found")


def test_each_comes_back_to_what_it_was_begun_for(browser: Client) -> None:
    ada = member(organization())
    into = {"organization_id": ada.organization_id, "login_redirect_url": LANDING}
    here, there = tab(browser, way=LOGIN, **into), tab(browser)
    assert query(back(browser, here)["Location"])["stytch_token_type"] == "oauth"
    assert query(back(browser, there)["Location"])["stytch_token_type"] == "discovery_oauth"


def test_cancelling_one_leaves_the_other(browser: Client) -> None:
    kept = tab(browser)
    state = query(start(browser, DISCOVERY, discovery_redirect_url=LANDING)["Location"])["state"]
    denied = back(browser, {"error": "access_denied", "state": state})
    assert query(denied["Location"])["error"] == "access_denied"
    assert "token" in query(back(browser, kept)["Location"])


def test_of_many_the_oldest_gives_way(browser: Client) -> None:
    tabs = [tab(browser) for _ in range(flows.MOST + 1)]
    refused(back(browser, tabs[0]), 400, "oauth_flow_not_found")
    for answer in tabs[1:]:
        assert "token" in query(back(browser, answer)["Location"])


def test_the_cookie_never_outgrows_a_browser(browser: Client) -> None:
    """Long URLs of the app make it hold fewer; the newest always has its place."""
    long = f"{LANDING}?{urlencode({'then': 'x' * 900})}"
    for _ in range(flows.MOST):
        newest = tab(browser, way=DISCOVERY, discovery_redirect_url=long)
        assert 0 < len(browser.cookies[COOKIE].value) <= flow_cookie.LONGEST
    assert "token" in query(back(browser, newest)["Location"])


def test_what_fits_in_no_cookie_is_refused(browser: Client) -> None:
    flow = Flow("oauth", "google", "", "x" * 4000, "", "", LANDING, timezone.now().timestamp())
    with pytest.raises(ApiError, match="invalid_redirect_url"):
        flows.begin(
            flow, party=parties.party("google"), scopes="", passed_on={}, beside="",
            now=timezone.now(),
        )  # fmt: skip


def test_what_took_too_long_takes_no_place(browser: Client) -> None:
    tabs = [tab(browser) for _ in range(flows.MOST)]
    with after(seconds=601):
        newest = start(browser, DISCOVERY, discovery_redirect_url=LANDING)
        (left,) = flows._alive(browser.cookies[COOKIE].value, now=timezone.now())
        assert query(newest["Location"])["state"] == left.state
        refused(back(browser, tabs[0]), 400, "oauth_flow_not_found")


def test_a_flow_ends_at_the_callback_of_its_kind(browser: Client) -> None:
    """The name of the provider alone would open the other kind's door."""
    answer = tab(browser)
    refused(back(browser, answer, "/v1/b2b/sso/callback/google"), 400, "oauth_flow_not_found")
    assert not ProviderToken.objects.exists()
    assert "token" in query(back(browser, answer)["Location"])


@pytest.mark.parametrize("found", ["", "x", "gAAAA", "{}"])
def test_a_cookie_that_is_not_ours_holds_nothing(browser: Client, found: str) -> None:
    browser.cookies[COOKIE] = found
    assert "token" in query(back(browser, tab(browser))["Location"])


def test_another_browsers_flows_are_none_of_this_one(browser: Client) -> None:
    """QUALITY 22: however many it has under way itself."""
    victim = Client()
    tab(victim)
    tab(victim)
    refused(back(victim, tab(browser)), 400, "oauth_flow_not_found")
