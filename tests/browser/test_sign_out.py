"""Signing out is for good: in every tab, whatever is still on its way, whoever kept a copy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.steps import arrive, heading, open_switcher, row, sign_out
from tests.browser.support import Complaints, Inbox, embedded_and_remote
from tests.signing_in import ADMIN, MEMBER

SESSION, JWT = "stytch_session", "stytch_session_jwt"
# A browser that tells its tabs nothing, as some do in private windows.
MUTE = "BroadcastChannel.prototype.postMessage = () => {}"


@embedded_and_remote
@pytest.mark.both_checks
def test_another_tab_hears_of_it_within_two_seconds(
    page: Page, context: BrowserContext, inbox: Inbox, complaints: Complaints
) -> None:
    """QUALITY 41."""
    complaints.expect("session/refresh")  # its form token is out of date, so that it asks twice
    arrive(page, inbox, MEMBER)
    other = context.new_page()
    other.goto("/session")
    sign_out(page)
    over = other.get_by_role("dialog", name="You’ve been signed out")
    expect(over).to_be_visible(timeout=2_000)
    expect(over.get_by_role("link", name="Sign in again")).to_be_focused()


@embedded_and_remote
def test_a_tab_that_heard_nothing_is_refused(
    page: Page, context: BrowserContext, inbox: Inbox, complaints: Complaints
) -> None:
    """The message may be lost: its next unsafe request changes nothing (QUALITY 41)."""
    complaints.expect("status of 403", "status of 401")
    context.add_init_script(MUTE)
    arrive(page, inbox, ADMIN)
    other = context.new_page()
    other.goto("/")
    open_switcher(other)
    sign_out(page)
    expect(other.get_by_role("dialog")).to_have_count(0)
    row(other, "Initech").click()
    expect(heading(other)).to_have_text("This page was out of date")
    other.get_by_role("button", name="Send it again").click()
    expect(other.get_by_text("You signed out in this browser, in another tab")).to_be_visible()
    assert cookies(context, SESSION, JWT) == {}


@embedded_and_remote
def test_an_answer_still_on_its_way_revives_nothing(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    """A poll is answered before the sign-out and arrives after it (QUALITY 40)."""
    late: list[Callable[[], None]] = []

    def delay(route: Route) -> None:
        answer = route.fetch()
        late.append(lambda: route.fulfill(response=answer))

    context.add_init_script(MUTE)
    page.clock.install()
    arrive(page, inbox, MEMBER)
    before = cookies(context, SESSION, JWT)
    page.route("**/session/refresh", delay)
    context.clear_cookies(name=JWT)  # so that the answer brings a new one
    with page.expect_request("**/session/refresh"):
        page.clock.fast_forward(200_000)
    other = context.new_page()
    other.goto("/")
    sign_out(other)
    assert cookies(context, SESSION, JWT) == {}
    with page.expect_response("**/session/refresh"):
        late.pop()()
    expect(page.locator("#heartbeat")).to_be_attached()
    assert SESSION in before
    assert SESSION not in cookies(context, SESSION, JWT)
    for tab in (page, other):
        tab.goto("/")
        expect(tab.get_by_label("Work email")).to_be_visible()
    assert cookies(context, SESSION, JWT) == {}


@embedded_and_remote
@pytest.mark.both_checks
def test_a_copy_of_the_cookies_is_worth_nothing(
    page: Page,
    context: BrowserContext,
    inbox: Inbox,
    new_context: Callable[..., BrowserContext],
) -> None:
    """The session is dead at once; its JWT opens pages for its five minutes at most (QUALITY 39).

    Bound: until the JWT is renewed, that is at the copy's first beat, and at its end in any case.
    """
    arrive(page, inbox, MEMBER)
    stolen = context.storage_state()
    sign_out(page)

    copy = new_context(storage_state=stolen)
    copy.clear_cookies(name=JWT)  # as after its end
    thief = copy.new_page()
    thief.goto("/")
    expect(thief.get_by_text("Your session has ended: on another device")).to_be_visible()
    assert cookies(copy, SESSION, JWT) == {}

    thief = new_context(storage_state=stolen).new_page()
    thief.goto("/switch")
    expect(thief.get_by_label("Work email")).to_be_visible()


def cookies(context: BrowserContext, *names: str) -> dict[str, str]:
    found = {each["name"]: each["value"] for each in context.cookies()}
    return {name: found[name] for name in names if found.get(name)}


def test_the_way_out_without_the_menu_asks_first(page: Page, inbox: Inbox) -> None:
    """A GET signs nobody out."""
    arrive(page, inbox, MEMBER)
    page.goto("/logout")
    expect(heading(page)).to_have_text("Sign out?")
    page.get_by_role("link", name="Stay signed in").click()
    expect(heading(page)).to_have_text("You’re in Acme")
    page.goto("/logout")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You’re signed out.")).to_be_visible()
