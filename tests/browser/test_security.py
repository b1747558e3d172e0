"""The security page: what a member changes about their own factors, and what that takes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import (
    ASKS_ALL,
    App,
    Person,
    a_number,
    assert_shippable,
    choose_hooli,
    give_app,
    give_code,
    keep_codes,
    other_than,
    person,
    shown_secret,
)
from tests.browser.steps import arrive, heading
from tests.browser.support import Inbox, with_and_without_scripts


@pytest.fixture
def who(backoffice: Backoffice) -> Person:
    return person(backoffice, "Hooli")


def open_security(page: Page) -> None:
    page.get_by_role("link", name="Security").click()
    expect(heading(page)).to_have_text("Security")


def subjects(inbox: Inbox, who: Person) -> list[str]:
    return [message["subject"] for message in inbox.messages(who.email_address)]


@with_and_without_scripts
def test_an_app_is_added_and_ends_what_is_elsewhere(
    page: Page, inbox: Inbox, who: Person, new_context: Callable[..., BrowserContext]
) -> None:
    """Just signed in, one is not asked again; mailed, others can be ended (QUALITY 34, 43)."""
    other = new_context().new_page()
    arrive(other, inbox, who.email_address, who.organization_id)
    arrive(page, inbox, who.email_address, who.organization_id)
    open_security(page)
    page.get_by_role("link", name="Add an authenticator app").click()
    page.get_by_role("button", name="Show the QR code").click()
    app = App(shown_secret(page))
    give_code(page, app.wrong_code(), button="Turn on")
    expect(page.get_by_text("That code doesn’t match.")).to_be_visible()
    give_code(page, app.code(), button="Turn on")
    keep_codes(page)
    expect(heading(page)).to_have_text("Security")
    assert any("An authenticator app was added" in each for each in subjects(inbox, who))

    expect(page.get_by_text("1 other session")).to_be_visible()
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("Your other sessions are ended.")).to_be_visible()
    other.goto("/security")
    expect(other.get_by_label("Work email")).to_be_visible()


@with_and_without_scripts
def test_a_change_asks_for_a_fresh_proof_first(
    page: Page, inbox: Inbox, who: Person, backoffice: Backoffice
) -> None:
    """A session without the second step may look and not change, till it is proven (QUALITY 43)."""
    arrive(page, inbox, who.email_address, who.organization_id)
    app = give_app(backoffice, who)
    open_security(page)
    page.get_by_role("link", name="Remove authenticator app").click()
    expect(heading(page)).to_have_text("Prove that it’s you")
    give_code(page, app.wrong_code())
    expect(page.get_by_text("That code doesn’t match.")).to_be_visible()
    give_code(page, app.code())
    expect(heading(page)).to_have_text("Remove your authenticator app?")
    page.get_by_role("button", name="Remove authenticator app").click()
    expect(page.get_by_text("Your authenticator app is removed.")).to_be_visible()
    assert any("app was removed" in each for each in subjects(inbox, who))


def test_a_phone_is_added_asked_first_and_removed(page: Page, inbox: Inbox, who: Person) -> None:
    """With its error twin: a wrong code, then the right one (QUALITY 34)."""
    arrive(page, inbox, who.email_address, who.organization_id)
    open_security(page)
    page.get_by_role("link", name="Add a phone").click()
    number = a_number()
    give_code(page, number, button="Text me a code")
    expect(heading(page)).to_have_text("Check your phone")
    give_code(page, other_than(inbox.code(number)), button="Turn on")
    expect(page.get_by_text("That code doesn’t match.")).to_be_visible()
    give_code(page, inbox.code(number), button="Turn on")
    expect(page.get_by_text("Your phone is on.")).to_be_visible()
    page.get_by_role("link", name="Add an authenticator app").click()
    page.get_by_role("button", name="Show the QR code").click()
    give_code(page, App(shown_secret(page)).code(), button="Turn on")
    keep_codes(page)
    page.get_by_role("button", name="Ask for this first").click()
    expect(page.get_by_text("That’s asked for first from now on.")).to_be_visible()
    page.get_by_role("link", name="Remove phone").click()
    page.get_by_role("button", name="Remove phone").click()
    expect(page.get_by_text("Your phone is removed.")).to_be_visible()
    assert any("phone number was removed" in each for each in subjects(inbox, who))


def test_new_recovery_codes_replace_the_old(
    page: Page, inbox: Inbox, backoffice: Backoffice
) -> None:
    """Shown once; the old ones let nobody in."""
    who = person(backoffice, "Hooli", **ASKS_ALL)
    choose_hooli(page, inbox, who)
    page.get_by_role("button", name="Authenticator app").click()
    app = App(shown_secret(page))
    give_code(page, app.code(), button="Turn on and sign in")
    old = keep_codes(page)
    open_security(page)
    page.get_by_role("link", name="New codes").click()
    page.get_by_role("button", name="Make new recovery codes").click()
    expect(heading(page)).to_have_text("Keep these codes")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    kept = download.value.path().read_text()
    new = keep_codes(page)
    assert not set(old) & set(new)
    assert all(code in kept for code in new)
    expect(heading(page)).to_have_text("Security")


def test_its_pages_are_shippable(page: Page, inbox: Inbox, who: Person) -> None:
    arrive(page, inbox, who.email_address, who.organization_id)
    for path in ["", "/app", "/phone", "/password"]:
        page.goto(f"/security{path}")
        assert_shippable(page)
    page.goto("/security/app")
    page.get_by_role("button", name="Show the QR code").click()
    expect(heading(page)).to_have_text("Scan this with your app")
    assert_shippable(page)
    give_code(page, App(shown_secret(page)).code(), button="Turn on")
    keep_codes(page)
    for path in ["", "/recovery-codes", "/app", "/app/removal"]:
        page.goto(f"/security{path}")
        assert_shippable(page)


def test_the_proof_is_shippable(
    page: Page, inbox: Inbox, backoffice: Backoffice, who: Person
) -> None:
    arrive(page, inbox, who.email_address, who.organization_id)
    give_app(backoffice, who)
    page.goto("/security/app")
    expect(heading(page)).to_have_text("Prove that it’s you")
    assert_shippable(page)
    page.get_by_role("button", name="Use a recovery code").click()
    expect(page.get_by_text("Enter one of your recovery codes.")).to_be_visible()
    assert_shippable(page)
