"""Bad weather, chosen as a developer would: what people see then, and that it passes."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import heading, session_id, sign_in
from tests.browser.support import Complaints, Inbox, light_and_dark, with_and_without_scripts
from tests.signing_in import MEMBER

UNREACHABLE = "We can’t reach sign-in right now"
AFTER = 10_000  # milliseconds: more than the first pause of a page that asks for itself again
BEAT = 200_000  # milliseconds: more than the heartbeat

Weather = Callable[[str], None]


@pytest.fixture
def weather(new_context: Callable[..., BrowserContext]) -> Iterator[Weather]:
    """The developer's own browser beside the one that is tested; fair again afterwards."""
    page = new_context().new_page()

    def choose(name: str) -> None:
        page.goto("/dev/weather/")
        page.get_by_role("button", name=re.compile(f"^{name} ")).click()
        expect(page.get_by_role("button", name=re.compile(f"^{name} .* Now$"))).to_be_visible()

    with ExitStack() as afterwards:
        afterwards.callback(choose, "Fair")
        yield choose


@light_and_dark
def test_who_is_signed_in_stays_so_and_the_page_opens_by_itself(
    page: Page,
    inbox: Inbox,
    weather: Weather,
    accessible: Callable[[Page], None],
    complaints: Complaints,
) -> None:
    """(QUALITY 63)"""
    complaints.expect("status of 503")
    page.clock.install()
    sign_in(page, inbox, MEMBER)
    before = session_id(page)
    weather("Broken")
    page.goto("/")
    expect(heading(page)).to_have_text("You’re in Acme")  # by the JWT's word
    page.get_by_role("link", name="Security").click()
    expect(heading(page)).to_have_text(UNREACHABLE)
    expect(page.get_by_text("You’re still signed in.")).to_be_visible()
    expect(page.get_by_text("This page also tries by itself.")).to_be_visible()
    accessible(page)
    page.evaluate("window.isStillThere = true")
    with page.expect_response(lambda answer: answer.request.method == "HEAD") as asked:
        page.clock.fast_forward(AFTER)
    assert asked.value.status == 503
    assert page.evaluate("window.isStillThere")  # it asked, and didn't load an outage anew
    expect(heading(page)).to_have_text(UNREACHABLE)
    weather("Fair")
    page.clock.fast_forward(3 * AFTER)
    expect(heading(page)).to_have_text("Security")
    assert session_id(page) == before


@with_and_without_scripts
def test_signing_in_says_what_is_wrong_and_keeps_the_address(
    page: Page, weather: Weather, complaints: Complaints
) -> None:
    """(QUALITY 63)"""
    complaints.expect("status of 503")
    weather("Broken")
    page.goto("/login")
    page.get_by_label("Work email").fill(MEMBER)
    page.get_by_role("button", name="Continue", exact=True).click()
    again = page.get_by_role("button", name="Send it again")
    for _ in range(2):
        expect(heading(page)).to_have_text(UNREACHABLE)
        expect(page.get_by_text("Nothing is wrong with what you entered.")).to_be_visible()
        again.click()
    weather("Fair")
    again.click()
    expect(page.get_by_text(f"We sent a six-digit code to {MEMBER}.")).to_be_visible()


def test_a_busy_service_says_when_to_come_back(
    page: Page, weather: Weather, complaints: Complaints
) -> None:
    complaints.expect("status of 429")
    weather("Busy")
    page.goto("/login")
    page.get_by_label("Work email").fill(MEMBER)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("Too many tries for now. Try again in 20 seconds.")).to_be_visible()
    expect(page.get_by_label("Work email")).to_have_value(MEMBER)


def test_a_page_from_where_nobody_may_be_waits_and_says_so(
    page: Page, context: BrowserContext, inbox: Inbox, weather: Weather, complaints: Complaints
) -> None:
    """Its session is kept; asking at once again would get the same answer (QUALITY 63)."""
    complaints.expect("status of 403")
    page.clock.install()
    sign_in(page, inbox, MEMBER)
    before = session_id(page)
    note = page.get_by_text("Your organization doesn’t allow this from the network you’re on.")
    beats: list[str] = []
    page.on("request", lambda request: beats.append(request.url))
    weather("Not from here")
    context.clear_cookies(name="stytch_session_jwt")
    beat(page, BEAT)
    expect(note).to_be_visible()
    page.clock.fast_forward(1_000)  # a page whose form token is stale asks at once
    page.evaluate("fetch('/healthz')")
    assert len([url for url in beats if url.endswith("/session/refresh")]) == 1
    weather("Fair")
    beat(page, 3 * AFTER)
    expect(note).to_be_hidden()
    assert session_id(page) == before


def beat(page: Page, after: int) -> None:
    page.mouse.move(300, 600)  # somebody is here
    with page.expect_response("**/session/refresh"):
        page.clock.fast_forward(after)
