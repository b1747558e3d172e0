"""The switcher: in place, by keyboard, read aloud, and without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.steps import arrive, heading, open_switcher, row, switch
from tests.browser.support import Inbox, everywhere
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
