"""A member with a password: set through the mail, used, mistaken, forgotten and changed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import ASKS_ALL, Person, assert_shippable, enrol_app, person
from tests.browser.steps import heading, sign_in, sign_out
from tests.browser.support import Complaints, Inbox, everywhere, with_and_without_scripts

STRONG = "walnut orbit cinnamon ladder"
STRONGER = "harbor velvet thimble comet"


@pytest.fixture
def who(backoffice: Backoffice) -> Person:
    return person(backoffice, "Hooli")


def ask_for_reset(page: Page, who: Person) -> None:
    page.goto(f"/o/{who.organization_id}/login")
    page.get_by_label("Work email").fill(who.email_address)
    page.get_by_role("button", name="Use a password").click()
    expect(heading(page)).to_have_text("Enter your password")
    page.get_by_role("button", name="Email me a link to set one").click()
    expect(heading(page)).to_have_text("Check your email")


def set_password(page: Page, password: str) -> None:
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_role("button", name="Set password and sign in").click()


def enter_password(page: Page, who: Person, password: str) -> None:
    page.goto(f"/o/{who.organization_id}/login")
    page.get_by_label("Work email").fill(who.email_address)
    page.get_by_role("button", name="Use a password").click()
    type_password(page, password)


def type_password(page: Page, password: str) -> None:
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


@everywhere
def test_a_member_sets_a_password_and_signs_in_by_it(
    page: Page, inbox: Inbox, who: Person, new_context: Callable[..., BrowserContext]
) -> None:
    """Too easy, then strong; wrong, then right; and the mailbox is told (QUALITY 34, 72)."""
    ask_for_reset(page, who)
    page.goto(inbox.link(who.email_address))
    expect(heading(page)).to_have_text("Set a password")
    set_password(page, "password1")
    expect(page.get_by_text("That password is too easy to guess.")).to_be_visible()
    set_password(page, STRONG)
    expect(heading(page)).to_have_text("You’re in Hooli")
    subjects = [message["subject"] for message in inbox.messages(who.email_address)]
    assert any("Your password was changed" in subject for subject in subjects)

    again = new_context().new_page()
    enter_password(again, who, STRONGER)
    expect(again.get_by_text("That address and password don’t match.")).to_be_visible()
    type_password(again, STRONG)
    expect(heading(again)).to_have_text("You’re in Hooli")


def test_the_pages_of_a_password_are_shippable(page: Page, inbox: Inbox, who: Person) -> None:
    page.goto(f"/o/{who.organization_id}/login")
    assert_shippable(page)
    ask_for_reset(page, who)
    assert_shippable(page)
    page.goto(inbox.link(who.email_address))
    assert_shippable(page)
    page.get_by_label("New password", exact=True).press_sequentially("hooli1")
    expect(page.get_by_text("Not strong enough yet.")).to_be_visible()
    assert_shippable(page)
    set_password(page, STRONG)
    expect(heading(page)).to_have_text("You’re in Hooli")
    sign_out(page)
    enter_password(page, who, STRONGER)
    expect(page.get_by_text("That address and password don’t match.")).to_be_visible()
    assert_shippable(page)


def test_strength_is_judged_while_one_types(page: Page, inbox: Inbox, who: Person) -> None:
    """On the way in, and where a member changes it."""
    ask_for_reset(page, who)
    page.goto(inbox.link(who.email_address))
    typed = type_two_passwords(page)
    page.get_by_role("button", name="Show").click()
    expect(typed).to_have_attribute("type", "text")
    set_password(page, STRONG)
    expect(heading(page)).to_have_text("You’re in Hooli")
    page.goto("/security/password")
    type_two_passwords(page)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_text("Your password is set.")).to_be_visible()


def type_two_passwords(page: Page) -> Locator:
    """A bad one and then a good one, each judged; the field that keeps what was typed."""
    typed = page.get_by_label("New password", exact=True)
    typed.press_sequentially("password1")
    expect(page.get_by_text("Not strong enough yet.")).to_be_visible()
    typed.fill(STRONG)
    expect(page.get_by_text("Strong enough.")).to_be_visible()
    expect(typed).to_have_value(STRONG)
    return typed


@with_and_without_scripts
def test_a_reset_link_works_once(
    page: Page,
    inbox: Inbox,
    who: Person,
    complaints: Complaints,
    new_context: Callable[..., BrowserContext],
) -> None:
    """The second use says so and leaves the password as it was."""
    complaints.expect("status of 410")
    ask_for_reset(page, who)
    link = inbox.link(who.email_address)
    page.goto(link)
    set_password(page, STRONG)
    expect(heading(page)).to_have_text("You’re in Hooli")

    other = new_context().new_page()
    other.goto(link)
    expect(other.get_by_text("This link was asked for in another browser.")).to_be_visible()
    set_password(other, STRONGER)
    expect(heading(other)).to_have_text("This link doesn’t work any more")
    enter_password(other, who, STRONG)
    expect(heading(other)).to_have_text("You’re in Hooli")


def test_a_new_password_ends_the_other_sessions(
    page: Page, inbox: Inbox, who: Person, new_context: Callable[..., BrowserContext]
) -> None:
    """Whoever was in with the old one is out (QUALITY 42)."""
    sign_in(page, inbox, who.email_address)
    other = new_context().new_page()
    ask_for_reset(other, who)
    other.goto(inbox.link(who.email_address))
    set_password(other, STRONG)
    expect(heading(other)).to_have_text("You’re in Hooli")
    page.goto("/security")
    expect(page.get_by_label("Work email")).to_be_visible()


def test_a_password_is_one_step_of_two(
    page: Page, inbox: Inbox, backoffice: Backoffice, new_context: Callable[..., BrowserContext]
) -> None:
    """The mailed link leads into the second step, and so does the password."""
    who = person(backoffice, "Hooli", **ASKS_ALL)
    ask_for_reset(page, who)
    page.goto(inbox.link(who.email_address))
    set_password(page, STRONG)
    expect(heading(page)).to_have_text("Hooli asks for a second step")
    app = enrol_app(page)
    expect(heading(page)).to_have_text("You’re in Hooli")
    again = new_context().new_page()
    enter_password(again, who, STRONG)
    expect(heading(again)).to_have_text("Open your authenticator app")
    again.get_by_label("Code").fill(app.code())
    again.get_by_role("button", name="Continue", exact=True).click()
    expect(heading(again)).to_have_text("You’re in Hooli")


def test_a_stranger_sees_what_a_member_sees(page: Page, inbox: Inbox, who: Person) -> None:
    """Wrong password and reset alike; the mail alone differs (QUALITY 24)."""
    stranger = Person("nobody-here@people.example", who.organization_id, "")
    enter_password(page, stranger, STRONG)
    expect(page.get_by_text("That address and password don’t match.")).to_be_visible()
    ask_for_reset(page, stranger)
    expect(page.get_by_text("We sent a link to")).to_be_visible()
    assert "discovery" in inbox.link(stranger.email_address)
