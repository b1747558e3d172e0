"""Staying signed in: pages renew their JWT, bear an outage, and notice when it is over."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import cycle
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.relay import Relay, relay_to
from tests.browser.steps import arrive, enter_code, heading, session_id
from tests.browser.support import Complaints, Inbox, embedded_and_remote
from tests.checks import only_by_jwt, written
from tests.servers import Server
from tests.signing_in import ADMIN, MEMBER

SESSION, JWT = "stytch_session", "stytch_session_jwt"
REFRESH = "**/session/refresh"
PERIOD = 9_000  # milliseconds: more than either server's heartbeat
WITHIN = 15  # seconds of ours
AROUND = cycle([(300, 600), (310, 600)])
RETRY = 30_000  # and than the first pause after a failure
only_remote = pytest.mark.parametrize("backend", ["remote"])
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="session")
def relay(server: Server) -> Iterator[Relay]:
    with relay_to(server.url) as relay:
        yield relay


@pytest.fixture(scope="session")
def relayed_server(start_server: Callable[..., Server], relay: Relay) -> Server:
    """A Foyer that asks `server` through the relay. A JWT of three seconds it takes for fresh."""
    return start_server(IDENTITY_URL=relay.url, HEARTBEAT_SECONDS="8")


@pytest.fixture
def app(backend: str, request: pytest.FixtureRequest) -> Server:
    name = "relayed_server" if backend == "remote" else "crowded_server"
    found: Server = request.getfixturevalue(name)
    return found


@only_by_jwt
@embedded_and_remote
def test_the_jwt_is_renewed_and_the_session_not_extended(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    arrive(page, inbox, MEMBER)
    before = cookies(context)
    page.clock.install()
    page.reload()
    beat_until(page, lambda: is_other(cookies(context)[JWT], before[JWT]))
    after = cookies(context)
    assert after[SESSION] == before[SESSION]
    assert claims(after[JWT])["iat"] > claims(before[JWT])["iat"]
    ends = [ending(claims(each[JWT])) for each in (before, after)]
    assert ends[0] == ends[1]
    expect(page.get_by_role("dialog")).to_have_count(0)


@only_by_jwt  # each beat asks, by token
@only_remote
def test_three_tabs_cost_one_call_a_period(
    page: Page, context: BrowserContext, inbox: Inbox, relay: Relay
) -> None:
    """Each beats by itself, in real time; whoever comes second gets the first one's answer."""
    arrive(page, inbox, MEMBER)
    tabs = [page, context.new_page(), context.new_page()]
    beats: list[str] = []
    context.on("response", lambda response: beats.append(response.url))
    for tab in tabs[1:]:
        tab.goto("/")
    calls = relay.count("/sessions/authenticate")
    for tab in tabs:
        with tab.expect_response(REFRESH, timeout=20_000):
            pass
    for tab in tabs:
        expect(tab.get_by_role("dialog")).to_have_count(0)
    assert relay.count("/sessions/authenticate") - calls == 1


@embedded_and_remote
def test_a_hidden_tab_holds_its_beat(page: Page, inbox: Inbox) -> None:
    """And catches up, once, when somebody looks at it again."""
    page.clock.install()
    arrive(page, inbox, MEMBER)
    beats: list[str] = []
    page.on("request", lambda request: beats.append(request.method))
    page.evaluate(HIDE, arg=True)
    for _ in range(3):
        page.clock.fast_forward(PERIOD)
    assert "POST" not in beats
    with page.expect_response(REFRESH):
        page.evaluate(HIDE, arg=False)
    assert beats.count("POST") == 1


@only_remote
@pytest.mark.both_checks
def test_an_outage_signs_nobody_out(
    page: Page, context: BrowserContext, inbox: Inbox, relay: Relay, complaints: Complaints
) -> None:
    """A quiet notice while it lasts, and pages go on working."""
    complaints.expect("status of 503")
    page.clock.install()
    arrive(page, inbox, MEMBER)
    notice = page.get_by_text("We can’t reach sign-in right now. You stay signed in.")
    with relay.outage():
        beat_until(page, shown(notice))
        page.reload()
        expect(heading(page)).to_have_text("You’re in Acme")
        beat_until(page, shown(notice))
    assert written(settings.SESSION_CHECK) <= cookies(context).keys()
    beat_until(page, gone(notice), after=RETRY)
    expect(page.get_by_role("dialog")).to_have_count(0)


@embedded_and_remote
def test_a_session_ended_elsewhere_is_noticed_at_the_next_beat(
    page: Page, inbox: Inbox, backoffice: Backoffice
) -> None:
    page.clock.install()
    arrive(page, inbox, MEMBER)
    over = page.get_by_role("dialog", name="You’ve been signed out")
    backoffice.revoke(session_id(page))
    beat_until(page, shown(over))
    expect(over).to_contain_text("This session was ended on another device.")
    page.goto("/")
    expect(page.get_by_label("Work email")).to_be_visible()


def test_the_end_of_a_session_loses_nothing_typed(
    page: Page, context: BrowserContext, inbox: Inbox, backoffice: Backoffice
) -> None:
    """The dialog is left by keyboard; signing in in a new tab, the page goes on (QUALITY 72)."""
    page.clock.install()
    arrive(page, inbox, ADMIN)
    page.goto("/switch")
    typed = page.get_by_label("Find an organization")
    typed.fill("half a wo")
    backoffice.revoke(session_id(page))
    over = page.get_by_role("dialog", name="You’ve been signed out")
    beat(page)
    expect(over.get_by_role("link", name="Sign in again")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(over).to_be_hidden()
    expect(typed).to_have_value("half a wo")


def test_signing_in_again_happens_beside_the_page(
    page: Page,
    context: BrowserContext,
    inbox: Inbox,
    backoffice: Backoffice,
    complaints: Complaints,
) -> None:
    complaints.expect("session/refresh")  # its form token is out of date, so that it asks twice
    page.clock.install()
    arrive(page, inbox, ADMIN)
    page.goto("/switch")
    page.get_by_label("Find an organization").fill("half a wo")
    backoffice.revoke(session_id(page))
    over = page.get_by_role("dialog", name="You’ve been signed out")
    beat(page)
    expect(over.get_by_role("link", name="Sign in again")).to_be_focused()
    with context.expect_page() as opened:
        page.keyboard.press("Enter")
    tab = opened.value
    tab.get_by_label("Work email").fill(ADMIN)
    tab.get_by_role("button", name="Continue", exact=True).click()
    expect(heading(tab)).to_have_text("Check your email")
    enter_code(tab, inbox.code(ADMIN))
    tab.get_by_role("button", name="Acme").click()
    expect(heading(tab)).to_have_text("Switch organization")
    page.clock.fast_forward(1_000)
    expect(over).to_be_hidden()
    expect(page.get_by_label("Find an organization")).to_have_value("half a wo")


def beat(page: Page, after: int = PERIOD) -> None:
    """Let the page's clock run on until its next beat is answered; the server's goes as ever."""
    page.mouse.move(*next(AROUND))  # somebody is here
    with page.expect_response(REFRESH):
        page.clock.fast_forward(after)


def beat_until(page: Page, condition: Callable[[], None], *, after: int = PERIOD) -> None:
    """A JWT of some seconds needs no renewing yet: a few beats may pass before `condition`."""
    deadline = monotonic() + WITHIN
    while monotonic() < deadline:
        beat(page, after)
        with suppress(AssertionError):
            return condition()
    return condition()


def shown(locator: Locator) -> Callable[[], None]:
    return lambda: expect(locator).to_be_visible(timeout=1_000)


def gone(locator: Locator) -> Callable[[], None]:
    return lambda: expect(locator).to_be_hidden(timeout=1_000)


def cookies(context: BrowserContext) -> dict[str, str]:
    return {each["name"]: each["value"] for each in context.cookies()}


def claims(jwt: str) -> dict[str, Any]:
    middle = jwt.split(".")[1]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(f"{middle}=="))
    return found


def ending(claims: dict[str, Any]) -> str:
    found: str = claims["https://stytch.com/session"]["expires_at"]
    return found


def is_other(value: str, before: str) -> None:
    assert value != before
