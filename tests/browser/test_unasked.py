"""A link for another address than this browser asked with: by mouse, by keys, without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import ask_for_code, ask_for_link, heading, row
from tests.browser.support import Inbox, with_and_without_scripts
from tests.browser.test_keyboard import press
from tests.signing_in import ADMIN, MEMBER

OTHER = "That’s for another address"


@pytest.fixture
def asked(page: Page, inbox: Inbox, new_context: Callable[..., BrowserContext]) -> Page:
    """The browser waits for the admin's code, and gets a link of the member's that it opens."""
    ask_for_link(new_context(java_script_enabled=True).new_page(), MEMBER)
    link = inbox.link(MEMBER)
    ask_for_code(page, ADMIN)
    page.goto(link)
    return page


@with_and_without_scripts
def test_a_no_goes_on_with_the_address_that_was_asked_for(asked: Page, inbox: Inbox) -> None:
    asked.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(asked)).to_have_text(OTHER)
    asked.get_by_role("button", name=f"Go on as {ADMIN}").click()
    expect(heading(asked)).to_have_text("Check your email")
    asked.get_by_label("Code").fill(inbox.code(ADMIN))
    asked.get_by_role("button", name="Sign in", exact=True).click()
    expect(row(asked, "Acme")).to_be_visible()


@with_and_without_scripts
def test_a_yes_signs_in_as_the_other(asked: Page) -> None:
    asked.get_by_role("button", name="Sign in", exact=True).click()
    asked.get_by_role("button", name=f"Sign in as {MEMBER}").click()
    expect(heading(asked)).to_have_text("You’re in Acme")


@with_and_without_scripts
def test_it_is_answered_by_keyboard_alone(asked: Page) -> None:
    press(asked, asked.get_by_role("button", name="Sign in", exact=True))
    expect(heading(asked)).to_have_text(OTHER)
    press(asked, asked.get_by_role("button", name=f"Sign in as {MEMBER}"))
    expect(heading(asked)).to_have_text("You’re in Acme")
