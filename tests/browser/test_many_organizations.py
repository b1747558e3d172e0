"""The switcher of somebody who is in two hundred organizations: it is searched, not read."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import arrive, heading, row
from tests.browser.support import Inbox
from tests.servers import Server
from tests.signing_in import ADMIN


@pytest.fixture
def app(crowded_server: Server) -> Server:
    return crowded_server


def test_the_panel_filters_as_one_types(page: Page, inbox: Inbox) -> None:
    arrive(page, inbox, ADMIN)
    page.wait_for_load_state()
    page.get_by_role("link", name="switch organization").click()
    sought = page.get_by_role("searchbox", name="Find an organization")
    expect(sought).to_be_focused()
    assert page.get_by_role("listitem").count() > 200
    page.keyboard.type("no such thing")
    expect(page.get_by_text("No organization by that name")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sought).to_be_hidden()
    page.keyboard.press("Enter")
    expect(sought).to_be_focused()
    page.keyboard.type("cobalt st")
    expect(page.get_by_role("listitem")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(row(page, "Cobalt Studio").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("You’re in Cobalt Studio")


@pytest.mark.parametrize("javascript", [False])
def test_the_page_finds_without_scripts(page: Page, inbox: Inbox) -> None:
    """QUALITY 72."""
    arrive(page, inbox, ADMIN)
    page.get_by_role("link", name="switch organization").click()
    page.get_by_label("Find an organization").fill("juno ai")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("listitem")).to_have_count(2)
    page.get_by_label("Find an organization").fill("nowhere")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="No organization by that name")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    page.wait_for_load_state()
    assert page.get_by_role("listitem").count() > 200
