"""A second step on the way in: set up, proven by each method, mistaken, repeated and given up."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import (
    ASKS_ALL,
    PENDING,
    a_number,
    assert_shippable,
    begin_app,
    choose_hooli,
    give_app,
    give_code,
    keep_codes,
    other_than,
    person,
)
from tests.browser.steps import arrive, heading, prove, row, session_id, switch
from tests.browser.support import Inbox, with_and_without_scripts
from tests.servers import Server
from tests.signing_in import ADMIN


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    """One where the demo's admin may set things up without others stumbling over it."""
    return start_server()


def test_the_demo_admin_goes_every_way_into_globex(
    inbox: Inbox, new_context: Callable[..., BrowserContext]
) -> None:
    """App, its next code, a recovery code, then a phone and its text (QUALITY 34)."""
    first = new_context().new_page()
    go_to_globex(first, inbox)
    expect(heading(first)).to_have_text("Globex asks for a second step")
    assert_shippable(first)
    app = begin_app(first)
    assert_shippable(first)
    give_code(first, app.wrong_code(), button="Turn on and sign in")
    expect(first.get_by_text("That code doesn’t match.")).to_be_visible()
    give_code(first, app.code(), button="Turn on and sign in")
    expect(heading(first)).to_have_text("Keep these codes")
    assert_shippable(first)
    codes = keep_codes(first)
    assert len(set(codes)) == 10
    expect(heading(first)).to_have_text("You’re in Globex")
    first.goto("/second-factor/recovery-codes")
    expect(heading(first)).to_have_text("You’re in Globex")
    expect(first.get_by_text(codes[0])).to_have_count(0)
    assert "An authenticator app was added at “Globex”" in subjects(inbox, ADMIN)

    again = new_context().new_page()
    go_to_globex(again, inbox)
    expect(heading(again)).to_have_text("Open your authenticator app")
    assert_shippable(again)
    give_code(again, app.used_code())
    expect(again.get_by_text("That code was used. Wait for the next one")).to_be_visible()
    give_code(again, app.code())
    expect(heading(again)).to_have_text("You’re in Globex")

    lost = new_context().new_page()
    go_to_globex(lost, inbox)
    by_recovery_code(lost, "aaaa-aaaa-aaaa")
    expect(lost.get_by_text("That isn’t one of your unused recovery codes.")).to_be_visible()
    assert_shippable(lost)
    give_code(lost, codes[0].upper())
    expect(heading(lost)).to_have_text("You’re in Globex")
    expect(lost.get_by_text("9 recovery codes left.")).to_be_visible()
    assert "A recovery code was used at “Globex”" in subjects(inbox, ADMIN)

    number = a_number()
    add_phone(lost, inbox, number)
    texted = new_context().new_page()
    go_to_globex(texted, inbox)
    texted.get_by_role("link", name="Choose another way").click()
    assert_shippable(texted)
    texted.get_by_role("link", name="Text message").click()
    assert_shippable(texted)
    texted.get_by_role("button", name="Text me a code").click()
    expect(heading(texted)).to_have_text("Check your phone")
    assert_shippable(texted)
    give_code(texted, other_than(inbox.code(number)))
    expect(texted.get_by_text("That code doesn’t match.")).to_be_visible()
    give_code(texted, inbox.code(number))
    expect(heading(texted)).to_have_text("You’re in Globex")


def go_to_globex(page: Page, inbox: Inbox) -> None:
    prove(page, inbox, ADMIN)
    expect(heading(page)).to_have_text("Choose an organization")
    row(page, "Globex").click()
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()


def by_recovery_code(page: Page, code: str) -> None:
    page.get_by_role("link", name="Choose another way").click()
    page.get_by_role("link", name="Recovery code").click()
    expect(heading(page)).to_have_text("Use a recovery code")
    give_code(page, code)


def add_phone(page: Page, inbox: Inbox, number: str) -> None:
    page.get_by_role("link", name="Security").click()
    page.get_by_role("link", name="Add a phone").click()
    give_code(page, number, button="Text me a code")
    expect(heading(page)).to_have_text("Check your phone")
    give_code(page, inbox.code(number), button="Turn on")
    expect(page.get_by_text("Your phone is on.")).to_be_visible()


def subjects(inbox: Inbox, address: str) -> set[str]:
    return {message["subject"] for message in inbox.messages(address)}


@with_and_without_scripts
def test_a_step_that_expired_keeps_the_address(
    page: Page, context: BrowserContext, inbox: Inbox, backoffice: Backoffice
) -> None:
    """The browser drops the cookie when its step ends; the code comes too late."""
    who = person(backoffice, "Hooli", **ASKS_ALL)
    app = give_app(backoffice, who)
    choose_hooli(page, inbox, who)
    expect(heading(page)).to_have_text("Open your authenticator app")
    context.clear_cookies(name=PENDING)
    give_code(page, app.code())
    expect(page.get_by_text("Your address is kept: start again.")).to_be_visible()
    expect(page.get_by_label("Work email")).to_have_value(who.email_address)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_label("Code").fill(inbox.code(who.email_address))
    page.get_by_role("button", name="Sign in", exact=True).click()
    row(page, "Hooli").click()
    expect(heading(page)).to_have_text("Open your authenticator app")
    give_code(page, app.used_code())  # it never arrived, so it counts
    expect(heading(page)).to_have_text("You’re in Hooli")


def test_a_second_step_given_up_leaves_the_session(page: Page, inbox: Inbox) -> None:
    """One tab is on its way, the other sees nothing of it, and both stay (QUALITY 51)."""
    arrive(page, inbox, ADMIN)
    before = session_id(page)
    switch(page, "Globex")
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()
    other = page.context.new_page()
    other.goto("/")
    expect(heading(other)).to_have_text("You’re in Acme")
    page.get_by_role("button", name="Stay in Acme").click()
    expect(heading(page)).to_have_text("You’re in Acme")
    expect(page.get_by_text("You were on your way")).to_have_count(0)
    page.goto("/second-factor")
    expect(heading(page)).to_have_text("You’re in Acme")
    assert session_id(page) == before
