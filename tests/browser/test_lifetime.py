"""Before a session ends its pages say so, in every tab; and "stay signed in" means what it says."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django import Settings

from accounts import idleness
from accounts.client.tokens import Tokens
from project.settings import DEVELOPMENT_SECRET
from tests.browser.backoffice import Backoffice
from tests.browser.steps import heading, session_id, sign_in
from tests.browser.support import Complaints, Inbox
from tests.servers import Server
from tests.signing_in import ADMIN, MEMBER

SESSION, SEEN = "stytch_session", "stytch_session_seen"
REFRESH, EXTEND = "**/session/refresh", "**/session/extend"
IDLE = timedelta(minutes=30)
PERIOD = 6_000  # milliseconds: more than the server's heartbeat
AROUND = cycle([(300, 600), (310, 600)])
MUTE = "BroadcastChannel.prototype.postMessage = () => {}"
WATCH = """document.getElementById("session-ending")
    .addEventListener("beforetoggle", () => { window.opened = true; })"""
HALF_AN_HOUR = re.compile(r"1[78]\d\d")  # in seconds, more or less
no_scripts = pytest.mark.parametrize("javascript", [False])


@pytest.fixture(scope="session")
def brief_server(start_server: Callable[..., Server]) -> Server:
    """A Foyer with an idle limit, whose pages beat quickly."""
    minutes = str(IDLE // timedelta(minutes=1))
    return start_server(SESSION_IDLE_MINUTES=minutes, HEARTBEAT_SECONDS="5")


@pytest.fixture
def app(brief_server: Server) -> Server:
    return brief_server


@pytest.fixture
def ends_in(app: Server) -> Callable[[Page, int], None]:
    """Give the page's session some seconds more: the one thing here that no person can do."""

    def move(page: Page, seconds: int) -> None:
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        with closing(sqlite3.connect(app.log.parent / "foyer.sqlite3", timeout=30)) as database:
            database.execute(
                "update identity_membersession set expires_at = ? where member_session_id = ?",
                (f"{ends:%Y-%m-%d %H:%M:%S.%f}", session_id(page)),
            )
            database.commit()

    return move


@pytest.fixture
def unused_for(context: BrowserContext, app: Server, settings: Settings) -> Callable[..., None]:
    """Let nobody have used the browser's session for that long, as its cookie will say."""
    settings.SECRET_KEY = DEVELOPMENT_SECRET

    def move(unused: timedelta) -> None:
        found = next(each["value"] for each in context.cookies() if each["name"] == SESSION)
        at = datetime.now(UTC)
        value = idleness.seal(Tokens(found, "", at), at - unused)
        context.add_cookies([{"name": SEEN, "value": value, "url": app.url}])

    return move


def test_two_minutes_before_its_end_a_dialog_says_so(
    page: Page, inbox: Inbox, ends_in: Callable[..., None], accessible: Callable[[Page], None]
) -> None:
    """Left by keyboard it loses nothing typed, and comes once (QUALITY 37, 72)."""
    typing(page, inbox)
    ends_in(page, 125)
    beat(page)
    expect(ending(page)).to_be_hidden()
    beat(page)
    expect(ending(page)).to_contain_text(re.compile(r"This session ends in 1:(59|5\d)"))
    expect(stay(page)).to_be_focused()
    accessible(page)
    page.keyboard.press("Escape")
    expect(ending(page)).to_be_hidden()
    expect(typed(page)).to_be_focused()
    expect(typed(page)).to_have_value("+1 555")
    beat(page)
    expect(ending(page)).to_be_hidden()


@pytest.mark.both_checks
def test_staying_signed_in_moves_the_end(
    page: Page, context: BrowserContext, inbox: Inbox, ends_in: Callable[..., None]
) -> None:
    """By one key; scripts of the page are told (QUALITY 37)."""
    typing(page, inbox)
    page.evaluate("document.addEventListener('session:changed', (e) => { window.told = e.detail })")
    ends_in(page, 100)
    beat(page)
    expect(stay(page)).to_be_focused()
    with page.expect_response(EXTEND):
        page.keyboard.press("Enter")
    expect(ending(page)).to_be_hidden()
    expect(typed(page)).to_have_value("+1 555")
    assert int(page.evaluate("told.left")) > 1_700
    beat(page)
    expect(ending(page)).to_be_hidden()
    expires = next(each["expires"] for each in context.cookies() if each["name"] == SESSION)
    assert expires - datetime.now(UTC).timestamp() > 3_500


def test_every_tab_counts_down_and_hears_of_it_within_two_seconds(
    page: Page, context: BrowserContext, inbox: Inbox, ends_in: Callable[..., None]
) -> None:
    page.clock.install()
    sign_in(page, inbox, MEMBER)
    other = context.new_page()
    other.clock.install()
    other.goto("/session")
    ends_in(page, 100)
    for tab in (page, other):
        beat(tab)
        expect(ending(tab)).to_contain_text(re.compile(r"in 1:(40|3\d)"))
    stay(page).click()
    expect(ending(page)).to_be_hidden()
    expect(ending(other)).to_be_hidden(timeout=2_000)


def test_who_is_active_in_one_tab_is_not_asked_in_another(
    page: Page, context: BrowserContext, inbox: Inbox, unused_for: Callable[..., None]
) -> None:
    """Though the tabs hear nothing of each other: before it speaks, a tab asks (QUALITY 35)."""
    context.add_init_script(MUTE)
    page.clock.install()
    sign_in(page, inbox, MEMBER)
    unused_for(IDLE - timedelta(seconds=130))
    beat(page)
    other = context.new_page()
    other.goto("/session")
    page.evaluate(WATCH)
    with page.expect_response(REFRESH):
        page.clock.fast_forward(20_000)
    expect(page.locator("#heartbeat")).to_have_attribute("data-left", HALF_AN_HOUR)
    expect(ending(page)).to_be_hidden()
    assert not page.evaluate("window.opened")


def test_before_the_idle_limit_the_dialog_comes_too(
    page: Page, inbox: Inbox, unused_for: Callable[..., None]
) -> None:
    """However wrong the browser's clock is (QUALITY 37, 60)."""
    page.clock.install(time=datetime(2021, 2, 3, tzinfo=UTC))
    sign_in(page, inbox, MEMBER)
    unused_for(IDLE - timedelta(seconds=100))
    beat(page)
    expect(ending(page)).to_contain_text("in 1:")
    expect(ending(page)).to_contain_text("because nobody has used it for a while")
    stay(page).click()
    expect(ending(page)).to_be_hidden()
    expect(page.locator("#heartbeat")).to_have_attribute("data-left", HALF_AN_HOUR)


def test_a_tab_that_polls_past_the_idle_limit_is_signed_out(
    page: Page, context: BrowserContext, inbox: Inbox, unused_for: Callable[..., None]
) -> None:
    """What was typed stays; a page that is opened afterwards asks to sign in (QUALITY 35)."""
    typing(page, inbox)
    unused_for(IDLE - timedelta(seconds=100))
    beat(page)
    expect(ending(page)).to_be_visible()
    unused_for(IDLE)
    beat(page)
    over = page.get_by_role("dialog", name="You’ve been signed out")
    expect(over).to_contain_text("Nobody used this session for a while.")
    expect(over.get_by_role("link", name="Sign in again")).to_be_focused()
    expect(ending(page)).to_be_hidden()
    expect(typed(page)).to_have_value("+1 555")
    other = context.new_page()
    other.goto("/")
    expect(other.get_by_label("Work email")).to_be_visible()
    assert not [each for each in context.cookies() if each["name"] == "stytch_session"]


def test_staying_while_the_service_is_down_says_so(
    page: Page, inbox: Inbox, ends_in: Callable[..., None], complaints: Complaints
) -> None:
    """Nobody is signed out by it, and the next try goes through (QUALITY 63)."""
    complaints.expect("status of 503")
    page.clock.install()
    sign_in(page, inbox, MEMBER)
    ends_in(page, 100)
    beat(page)
    page.route(EXTEND, lambda route: route.fulfill(status=503))
    stay(page).click()
    expect(ending(page).get_by_text("That didn’t get through.")).to_be_visible()
    page.unroute(EXTEND)
    stay(page).click()
    expect(ending(page)).to_be_hidden()


def test_staying_in_a_session_that_is_over_says_that(
    page: Page, inbox: Inbox, ends_in: Callable[..., None], backoffice: Backoffice
) -> None:
    """And nothing typed is lost."""
    typing(page, inbox)
    ends_in(page, 100)
    beat(page)
    backoffice.revoke(session_id(page))
    stay(page).click()
    over = page.get_by_role("dialog", name="You’ve been signed out")
    expect(over).to_contain_text("This session was ended on another device.")
    expect(over.get_by_role("link", name="Sign in again")).to_be_focused()
    expect(ending(page)).to_be_hidden()
    expect(typed(page)).to_have_value("+1 555")


@no_scripts
def test_without_scripts_a_line_says_it_and_a_button_stays(
    page: Page, context: BrowserContext, inbox: Inbox, ends_in: Callable[..., None]
) -> None:
    """(QUALITY 37, 72)"""
    sign_in(page, inbox, MEMBER)
    expect(page.locator("noscript p")).to_contain_text("if you open nothing else before")
    ends_in(page, 100)
    context.clear_cookies(name="stytch_session_jwt")  # it says what was true minutes ago
    page.goto("/security")
    expect(page.get_by_text(re.compile("Your session ends at .* seconds after"))).to_be_visible()
    stay(page).click()
    expect(heading(page)).to_have_text("Security")
    expect(page.get_by_text("You stay signed in until")).to_be_visible()
    expect(page.get_by_text(re.compile("seconds after this page"))).to_be_hidden()


@no_scripts
def test_without_scripts_staying_too_late_asks_to_sign_in(
    page: Page, inbox: Inbox, backoffice: Backoffice
) -> None:
    sign_in(page, inbox, MEMBER)
    backoffice.revoke(session_id(page))
    page.locator("noscript").locator("button").click()
    expect(page.get_by_label("Work email")).to_be_visible()


def typing(page: Page, inbox: Inbox) -> None:
    """In the middle of a word, on a page that has something to type."""
    page.clock.install()
    sign_in(page, inbox, ADMIN, "Acme")
    page.goto("/security/phone")
    typed(page).fill("+1 555")


def typed(page: Page) -> Locator:
    return page.get_by_label("Mobile number")


def ending(page: Page) -> Locator:
    return page.get_by_role("alertdialog", name="You’ll be signed out soon")


def stay(page: Page) -> Locator:
    return page.get_by_role("button", name="Stay signed in")


def beat(page: Page) -> None:
    page.mouse.move(*next(AROUND))  # somebody is here
    with page.expect_response(REFRESH):
        page.clock.fast_forward(PERIOD)
