"""The newcomer's path: in by a mailed code, about, stopped at a second step, out again."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import (
    ask_for_code,
    enter_code,
    heading,
    open_switcher,
    row,
    sign_out,
    switch,
)
from tests.browser.support import Inbox, everywhere
from tests.signing_in import ADMIN


@everywhere
def test_a_newcomer_finds_their_way_in_about_and_out(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    """Acme survives the step to Globex; after all, Back shows nothing (QUALITY 15, 51, 72)."""
    ask_for_code(page, ADMIN)
    enter_code(page, code_read_in(context, inbox))
    expect(heading(page)).to_have_text("Choose an organization")
    expect(row(page, "Globex")).to_contain_text("Will ask for a second step")
    expect(row(page, "Initech")).to_contain_text("only")
    row(page, "Acme").click()
    expect(heading(page)).to_have_text("You’re in Acme")

    expect(open_switcher(page).get_by_role("button", name="Acme")).to_contain_text("You’re here")
    row(page, "Globex").click()
    expect(heading(page)).to_have_text("Globex asks for a second step")
    expect(page.get_by_text("Your session in Acme stays open")).to_be_visible()
    page.goto("/")
    expect(heading(page)).to_have_text("You’re in Acme")
    expect(page.get_by_text("You were on your way to Globex.")).to_be_visible()
    page.get_by_role("button", name="Stay in Acme").click()
    expect(page.get_by_text("You were on your way")).to_have_count(0)
    expect(heading(page)).to_have_text("You’re in Acme")

    sign_out(page)
    page.go_back()
    expect(page.get_by_label("Work email")).to_be_visible()
    expect(page.get_by_role("button", name="Member menu")).to_have_count(0)
    expect(page.get_by_text("You’re in")).to_have_count(0)


def test_another_way_in_is_named_and_declined(page: Page, inbox: Inbox) -> None:
    """Initech takes no e-mail sign-in: the step says what it takes (QUALITY 51)."""
    ask_for_code(page, ADMIN)
    enter_code(page, inbox.code(ADMIN))
    row(page, "Acme").click()
    expect(heading(page)).to_have_text("You’re in Acme")
    switch(page, "Initech")
    expect(heading(page)).to_have_text("Initech wants another way in")
    expect(page.get_by_text("Your session in Acme stays open until this is done.")).to_be_visible()
    page.get_by_role("button", name="Stay in Acme").click()
    expect(heading(page)).to_have_text("You’re in Acme")


def code_read_in(context: BrowserContext, inbox: Inbox) -> str:
    """As a person reads it: on the inbox's page, in another tab."""
    page = context.new_page()
    page.goto(f"{inbox.url}/dev/inbox/")
    page.get_by_label("Sent to").fill(ADMIN)
    page.get_by_role("button", name="Show").click()
    code = page.get_by_label("Code", exact=True).first.input_value()
    page.close()
    return code
