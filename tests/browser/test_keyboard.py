"""The whole way by keyboard alone: what is used is reached by Tab, and shows that it is."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import heading, row
from tests.browser.support import Inbox
from tests.signing_in import ADMIN

FAR = 25  # presses of Tab; nobody goes further to find something


def test_in_about_and_out_by_keyboard(page: Page, inbox: Inbox) -> None:
    """QUALITY 72."""
    page.goto("/")
    expect(page.get_by_label("Work email")).to_be_focused()
    page.keyboard.type(ADMIN)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(inbox.code(ADMIN))
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Choose an organization")
    press(page, row(page, "Acme"))
    expect(heading(page)).to_have_text("You’re in Acme")
    page.wait_for_load_state()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    press(page, page.get_by_role("link", name="switch organization"))
    expect(row(page, "Acme")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(row(page, "Globex")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Globex asks for a second step")
    press(page, page.get_by_role("button", name="Stay in Acme"))
    expect(heading(page)).to_have_text("You’re in Acme")

    press(page, page.get_by_role("button", name="Member menu"))
    press(page, page.get_by_role("button", name="Sign out", exact=True))
    expect(page.get_by_text("You’re signed out.")).to_be_visible()
    expect(page.get_by_label("Work email")).to_be_focused()


def press(page: Page, what: Locator) -> None:
    """Tab there, see that the focus shows, and press Enter."""
    expect(what).to_be_visible()
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if what.evaluate("element => element === document.activeElement"):
            break
    expect(what).to_be_focused()
    outline = what.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
