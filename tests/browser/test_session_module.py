"""What a page's own script imports, and a tab that waits at the sign-in."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.steps import arrive, heading, sign_out, switch
from tests.browser.support import Complaints, Inbox
from tests.signing_in import ADMIN, MEMBER

WITHIN = 5_000  # milliseconds
LISTEN = """async () => {
    const { onSessionChange } = await import("/static/js/foyer.js");
    window.heard = [];
    window.unsubscribe = onSessionChange((told) => window.heard.push(told));
}"""
HEARD = """within => new Promise((found, lost) => {
    const until = Date.now() + within;
    (function look() {
        if (window.heard.length) found(window.heard);
        else if (Date.now() > until) lost(new Error("heard of nothing"));
        else setTimeout(look, 20);
    })();
})"""
READ = """async () => (await import("/static/js/foyer.js")).getSession()"""
ASK = """async (minutes) => (await import("/static/js/foyer.js")).authenticate(minutes)"""

LIST = """async () => (await import("/static/js/foyer.js")).organizations()"""
EXCHANGE = """async (id) => (await import("/static/js/foyer.js")).exchange(id)"""
REVOKE = """async () => (await import("/static/js/foyer.js")).revoke()"""


@pytest.fixture(autouse=True)
def _expected(complaints: Complaints) -> None:
    # a form token that is out of date, and refusals that scripts are told of
    complaints.expect("session/refresh", "status of 401", "status of 400", "status of 409")


@pytest.mark.both_checks
def test_a_script_reads_the_session_and_no_token(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    arrive(page, inbox, MEMBER)
    page.reload()
    known: dict[str, Any] = page.evaluate(READ)
    assert (known["state"], known["is_initialized"]) == ("signed_in", True)
    assert known["from_cache"] is (settings.SESSION_CHECK == "jwt")
    assert known["session"]["organizationName"] == "Acme"
    tokens = [each["value"] for each in context.cookies() if each["name"].startswith("stytch")]
    assert not [token for token in tokens if token in str(known)]


def test_a_script_asks_the_service(page: Page, inbox: Inbox) -> None:
    arrive(page, inbox, MEMBER)
    asked: dict[str, Any] = page.evaluate(ASK, 60)
    assert (asked["state"], asked["from_cache"]) == ("signed_in", False)
    assert page.evaluate(ASK, 1)["state"] == "refused"


def test_a_script_goes_into_another_organization(
    page: Page, inbox: Inbox, backoffice: Backoffice
) -> None:
    address, found = backoffice.someone("Northwind", "Southwind")
    arrive(page, inbox, address, found[0])
    listed: list[dict[str, Any]] = page.evaluate(LIST)
    names = [each["organization"]["organization_name"] for each in listed]
    assert names == ["Northwind", "Southwind"]
    assert all(each["member_authenticated"] for each in listed)
    page.evaluate(EXCHANGE, listed[1]["organization"]["organization_id"])
    expect(heading(page)).to_have_text("You’re in Southwind")


def test_a_script_is_led_to_the_step_that_is_due(page: Page, inbox: Inbox) -> None:
    arrive(page, inbox, ADMIN)
    (globex,) = [
        each["organization"]["organization_id"]
        for each in page.evaluate(LIST)
        if each["mfa_required"]
    ]
    page.evaluate(EXCHANGE, globex)
    expect(heading(page)).to_have_text("Globex asks for a second step")
    page.goto("/")
    expect(heading(page)).to_have_text("You’re in Acme")


def test_a_script_of_a_page_left_behind_moves_nobody(
    page: Page, context: BrowserContext, inbox: Inbox, backoffice: Backoffice
) -> None:
    """As its forms don't either: it was made for the organization that was."""
    address, found = backoffice.someone("Northwind", "Southwind")
    arrive(page, inbox, address, found[0])
    other = context.new_page()
    other.goto("/")
    switch(other, "Southwind")
    expect(page.get_by_text("In another tab you switched to Southwind")).to_be_visible()
    refused = page.evaluate(EXCHANGE, found[0])
    assert refused["error"] == "organization_mismatch"


def test_a_script_signs_out(page: Page, context: BrowserContext, inbox: Inbox) -> None:
    arrive(page, inbox, MEMBER)
    page.evaluate(REVOKE)
    expect(page.get_by_label("Work email")).to_be_visible()
    held = {each["name"] for each in context.cookies()}
    assert not {"stytch_session", "stytch_session_jwt"} & held


def test_a_change_is_heard_until_the_listener_has_enough(
    page: Page, context: BrowserContext, inbox: Inbox, backoffice: Backoffice
) -> None:
    """Whatever changed, wherever: here another tab switches, and then signs out."""
    address, organizations = backoffice.someone("Northwind", "Southwind")
    arrive(page, inbox, address, organizations[0])
    page.evaluate(LISTEN)
    other = context.new_page()
    other.goto("/")
    switch(other, "Southwind")
    told: dict[str, Any] = page.evaluate(HEARD, WITHIN)[-1]
    assert told["session"]["organizationName"] == "Southwind"
    page.evaluate("window.unsubscribe(); window.heard.length = 0")
    sign_out(other)
    expect(page.get_by_role("dialog", name="You’ve been signed out")).to_be_visible()
    assert page.evaluate("window.heard") == []
    assert page.evaluate(READ)["session"] is None


def test_a_tab_at_the_sign_in_goes_on_by_itself(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    """To where it was going."""
    page.goto("/login?next=/security")
    arrive(context.new_page(), inbox, MEMBER)
    expect(heading(page)).to_have_text("Security", timeout=WITHIN)


def test_where_something_is_typed_it_offers_to(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    page.goto("/login")
    page.get_by_label("Work email").fill("somebody@else.exa")
    arrive(context.new_page(), inbox, MEMBER)
    expect(page.get_by_text(f"In another tab {MEMBER} signed in.")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_label("Work email")).to_have_value("somebody@else.exa")
    page.get_by_role("link", name="Go on there").click()
    expect(heading(page)).to_contain_text("You’re in Acme")


def test_a_tab_that_waits_for_its_code_goes_on_as_well(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    page.goto("/login")
    page.get_by_label("Work email").fill(MEMBER)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(heading(page)).to_have_text("Check your email")
    arrive(context.new_page(), inbox, MEMBER)
    expect(heading(page)).to_contain_text("You’re in Acme", timeout=WITHIN)


def test_a_tab_signed_out_stays_where_it_is(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    """Nobody has signed in: a page that was open long before only says that it is there."""
    arrive(page, inbox, MEMBER)
    sign_out(page)
    expect(page.get_by_label("Work email")).to_be_visible()
    other = context.new_page()
    other.goto("/login")
    expect(other.get_by_label("Work email")).to_be_visible()
    assert page.url.endswith("/login")
