"""The switcher: in place, by keyboard, read aloud, and without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import at_provider
from tests.browser.steps import arrive, enter_code, heading, open_switcher, row, switch
from tests.browser.support import Inbox, everywhere, with_and_without_scripts
from tests.signing_in import ADMIN


@everywhere
def test_switching_takes_one_to_the_other_organization(
    page: Page, inbox: Inbox, backoffice: Backoffice, *, javascript: bool
) -> None:
    """In place with scripts, on a page of its own without (QUALITY 72)."""
    address, (northwind, _) = backoffice.someone("Northwind", "Southwind")
    arrive(page, inbox, address, northwind)
    open_switcher(page)
    assert page.url.endswith("/" if javascript else "/switch")
    expect(row(page, "Northwind")).to_contain_text("You’re here")
    row(page, "Southwind").click()
    expect(heading(page)).to_have_text("You’re in Southwind")
    switch(page, "Southwind")  # where one is already
    expect(heading(page)).to_have_text("You’re in Southwind")


@with_and_without_scripts
def test_who_came_in_by_single_sign_on_confirms_the_address_and_goes_on(
    page: Page, inbox: Inbox, *, javascript: bool
) -> None:
    """From the panel, or without scripts from the page of its own; one code shows the rest."""
    page.goto("/o/initech/login")
    page.get_by_role("button", name="Continue with Initech SSO").click()
    at_provider(page, f"Continue as {ADMIN}", javascript=javascript)
    expect(heading(page)).to_have_text("You’re in Initech")
    organizations = open_switcher(page)
    expect(organizations.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_text("You came in by Initech’s sign-in.")).to_be_visible()
    page.get_by_role("button", name="Email me a code").click()
    expect(page.get_by_label("Code")).to_be_visible()
    enter_code(page, inbox.code(ADMIN))
    expect(heading(page)).to_have_text("Choose an organization")
    expect(row(page, "Globex")).to_be_visible()
    row(page, "Acme").click()
    expect(heading(page)).to_have_text("You’re in Acme")


def test_the_panel_is_used_by_keyboard_alone(page: Page, inbox: Inbox) -> None:
    """Arrows move, Escape gives the focus back; names are said, states too (QUALITY 72)."""
    arrive(page, inbox, ADMIN)
    opener = page.get_by_role("link", name=re.compile("Acme.*switch organization"))
    page.wait_for_load_state()
    opener.focus()
    page.keyboard.press("Enter")
    expect(row(page, "Acme")).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(row(page, "Acme")).to_have_attribute("aria-current", "true")
    expect(row(page, "Globex")).to_have_accessible_name(re.compile("second step"))
    page.keyboard.press("ArrowDown")
    expect(row(page, "Globex")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("link", name="Create an organization")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("list", name="Organizations")).to_be_hidden()
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")
