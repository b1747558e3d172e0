"""What a person does in the journeys: by labels, names and roles, as they would be read out."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.support import Inbox
from tests.sign_in_as import sign_in_as

CHOICE = "Choose an organization"


def ask_for_code(page: Page, email_address: str) -> None:
    """From the start page to waiting for the mail."""
    page.goto("/")
    page.get_by_label("Work email").fill(email_address)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(heading(page)).to_have_text("Check your email")


def ask_for_link(page: Page, email_address: str) -> None:
    page.goto("/")
    page.get_by_label("Work email").fill(email_address)
    page.get_by_role("button", name="Email me a link").click()
    expect(page.get_by_text("We sent a sign-in link to")).to_be_visible()


def enter_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def prove(page: Page, inbox: Inbox, email_address: str) -> None:
    """From the start page to where the right code leads."""
    ask_for_code(page, email_address)
    enter_code(page, inbox.code(email_address))


def sign_in(page: Page, inbox: Inbox, email_address: str, organization: str = "") -> None:
    """All the way in; `organization` is for those who have a choice.

    Whom a backoffice has made a member says yes to that the first time.
    """
    prove(page, inbox, email_address)
    expect(heading(page)).to_have_text(re.compile(f"^{CHOICE}$|^You’re in "))
    if organization or heading(page).inner_text() == CHOICE:
        expect(heading(page)).to_have_text(CHOICE)
        row(page, organization or "says you’re a member").click()
    expect(heading(page)).to_contain_text(f"You’re in {organization}")
    page.wait_for_load_state()  # before its scripts run, a key is the plain page's


def arrive(page: Page, inbox: Inbox, email_address: str, organization: str = "acme") -> None:
    """At home and signed in, a second sooner: for where signing in isn't what is tested.

    `organization` is a slug or an id.
    """
    sign_in_as(page.context, email_address, organization=organization, service=inbox.url)
    page.goto("/")
    expect(heading(page)).to_contain_text("You’re in")
    page.wait_for_load_state()  # before its scripts run, a key is the plain page's


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Member menu").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You’re signed out.")).to_be_visible()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def row(page: Page, organization: str) -> Locator:
    """The button of an organization, in the choice, the switcher's panel or its page."""
    return page.get_by_role("listitem").get_by_role("button", name=organization)


def open_switcher(page: Page) -> Locator:
    """The panel in place, or without scripts the page of its own; returns the list."""
    page.wait_for_load_state()  # who presses before the scripts are there gets the page as well
    page.get_by_role("link", name="switch organization").click()
    organizations = page.get_by_role("list", name="Organizations")
    expect(organizations).to_be_visible()
    return organizations


def switch(page: Page, organization: str) -> None:
    open_switcher(page)
    row(page, organization).click()


def session_id(page: Page) -> str:
    """Which session the page's browser is in, as the app tells scripts."""
    state = page.request.get("/session", headers={"Accept": "application/json"}).json()
    found: str = state["session"]["member_session_id"]
    return found
