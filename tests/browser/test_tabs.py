"""Many tabs of one browser: what happens in one reaches the others, and what comes late loses."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.backoffice import Backoffice
from tests.browser.steps import arrive, heading, open_switcher, row, sign_out, switch
from tests.browser.support import Complaints, Inbox
from tests.signing_in import ADMIN, MEMBER

SESSION, JWT = "stytch_session", "stytch_session_jwt"
WITHIN = 2_000  # milliseconds
NOTE = """for (const name of ["session:changed", "session:ended"]) {
    document.addEventListener(name, ({ detail }) => (window.heard ??= []).push([name, detail]));
}"""
HEARD = """within => new Promise((found, lost) => {
    const until = Date.now() + within;
    (function look() {
        if (window.heard) found(window.heard);
        else if (Date.now() > until) lost(new Error("heard of nothing"));
        else setTimeout(look, 20);
    })();
})"""
# A browser that tells its tabs nothing, as some do in private windows.
MUTE = "BroadcastChannel.prototype.postMessage = () => {}"


def heard(page: Page) -> list[tuple[str, dict[str, Any]]]:
    """The session's events in this tab, once there is one."""
    found: list[tuple[str, dict[str, Any]]] = page.evaluate(HEARD, WITHIN)
    return found


@pytest.mark.both_checks
def test_a_switch_reaches_every_other_tab(
    page: Page,
    context: BrowserContext,
    inbox: Inbox,
    backoffice: Backoffice,
    complaints: Complaints,
) -> None:
    """(QUALITY 41, 54)"""
    complaints.expect("session/refresh")  # its form token is out of date, so that it asks twice
    context.add_init_script(NOTE)
    address, organizations = backoffice.someone("Northwind", "Southwind")
    arrive(page, inbox, address, organizations[0])
    others = [context.new_page(), context.new_page()]
    for other in others:
        other.goto("/session")
    switch(page, "Southwind")
    expect(heading(page)).to_have_text("You’re in Southwind")
    for other in others:
        (name, state), *_ = heard(other)
        assert (name, state["organizationName"]) == ("session:changed", "Southwind")
        assert state["organization"] == organizations[1]
        expect(other.get_by_text("In another tab you switched to Southwind.")).to_be_visible()
        expect(heading(other)).to_have_text("Your session in Northwind")


def test_whoever_signs_in_instead_is_noticed_in_every_other_tab(
    page: Page, context: BrowserContext, inbox: Inbox, complaints: Complaints
) -> None:
    complaints.expect("session/refresh")
    context.add_init_script(NOTE)
    arrive(page, inbox, MEMBER)
    other = context.new_page()
    other.goto("/")
    sign_out(page)
    assert heard(other)[0][0] == "session:ended"
    arrive(page, inbox, ADMIN)
    expect(other.get_by_text(f"In another tab you switched to {ADMIN}.")).to_be_visible(
        timeout=WITHIN
    )
    name, state = heard(other)[-1]
    assert (name, state["address"]) == ("session:changed", ADMIN)


def test_a_new_role_reaches_every_tab_with_the_first_that_hears_of_it(
    page: Page, context: BrowserContext, inbox: Inbox, backoffice: Backoffice
) -> None:
    """Neither session nor organization is another; `session:changed` comes all the same."""
    context.add_init_script(NOTE)
    address, (organization, *_) = backoffice.someone("Northwind")
    arrive(page, inbox, address, organization)
    other = context.new_page()
    other.goto("/")
    backoffice.promote(organization, address)
    context.clear_cookies(name=JWT)  # as at the end of its five minutes
    page.goto("/")
    (name, state), *_ = heard(other)
    assert (name, state["organization"]) == ("session:changed", organization)
    expect(other.get_by_text("In another tab")).to_have_count(0)


def test_a_tab_that_opened_on_what_was_true_before_is_put_right(
    page: Page, context: BrowserContext, inbox: Inbox, complaints: Complaints
) -> None:
    """Its page was on its way while another tab signed out; that tab knows, and says so."""
    complaints.expect("session/refresh")
    arrive(page, inbox, MEMBER)
    stale = page.content()
    other = context.new_page()
    other.goto("/session")
    sign_out(page)
    expect(other.get_by_role("dialog", name="You’ve been signed out")).to_be_visible()
    page.route("**/", lambda route: route.fulfill(body=stale, content_type="text/html"))
    page.goto("/")
    expect(page.get_by_role("dialog", name="You’ve been signed out")).to_be_visible(timeout=WITHIN)


@pytest.mark.both_checks
def test_a_switch_answered_after_the_sign_out_signs_nobody_in(
    page: Page, context: BrowserContext, inbox: Inbox, backoffice: Backoffice
) -> None:
    """It is asked before, and its answer, with a session, arrives after (QUALITY 40)."""
    late: list[Callable[[], None]] = []

    def delay(route: Route) -> None:
        """Asked aside, so that no cookie of the answer is in the browser before it."""
        sent = route.request
        answer = httpx.post(
            sent.url, content=sent.post_data, headers=sent.all_headers(), timeout=30
        )
        cookies = "\n".join(answer.headers.get_list("set-cookie"))
        headers = {**answer.headers, "set-cookie": cookies}
        late.append(
            lambda: route.fulfill(status=answer.status_code, headers=headers, body=answer.content)
        )

    context.add_init_script(MUTE)
    address, (organization, *_) = backoffice.someone("Northwind", "Southwind")
    arrive(page, inbox, address, organization)
    other = context.new_page()
    other.goto("/")
    open_switcher(page)
    page.route("**/switch", delay)
    with page.expect_request("**/switch"):
        row(page, "Southwind").dispatch_event("click")  # a click waits for the answer
    sign_out(other)
    assert SESSION not in kept(context)
    late.pop()()
    expect(page.get_by_label("Work email")).to_be_visible()
    assert not {SESSION, JWT} & kept(context).keys()
    other.goto("/")
    expect(other.get_by_label("Work email")).to_be_visible()


def kept(context: BrowserContext) -> dict[str, str]:
    return {each["name"]: each["value"] for each in context.cookies()}
