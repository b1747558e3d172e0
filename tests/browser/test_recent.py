"""Asked to prove it in the middle of a change: over the page, or on a page of its own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import App, Person, a_number, give_app, give_code, person
from tests.browser.steps import heading, sign_in
from tests.browser.support import Complaints, Inbox, everywhere

ANNOUNCED = "You’ll be asked to prove that it’s you."
DONE = re.compile("A second step is asked for (at every|no more at) sign-in")


@pytest.fixture
def who(backoffice: Backoffice) -> Person:
    return person(backoffice, "Hooli")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Prove that it’s you")


def prove(dialog: Locator, code: str) -> None:
    dialog.get_by_role("textbox").fill(code)
    dialog.get_by_role("button", name="Continue", exact=True).click()


def half_proven(page: Page, inbox: Inbox, who: Person, backoffice: Backoffice) -> App:
    """In by mail, with an app that this session has not shown yet; at the security page."""
    sign_in(page, inbox, who.email_address)
    app = give_app(backoffice, who)
    page.goto("/security")
    return app


@everywhere
def test_what_was_pressed_is_done_after_a_wrong_code_and_a_right_one(
    page: Page, inbox: Inbox, who: Person, backoffice: Backoffice, javascript: bool
) -> None:
    """Announced before, held meanwhile, done once (QUALITY 50, 52)."""
    app = half_proven(page, inbox, who, backoffice)
    expect(page.get_by_text(ANNOUNCED)).to_be_visible()
    page.get_by_role("button", name=re.compile("Stop asking|Ask every time")).click()
    gate = dialog(page) if javascript else page.get_by_role("main")
    expect(page.get_by_role("heading", name="Prove that it’s you")).to_be_visible()
    prove(gate, app.wrong_code())
    expect(page.get_by_text("That code doesn’t match.")).to_be_visible()
    gate.get_by_role("button", name="Use a recovery code").click()
    expect(page.get_by_text("Enter one of your recovery codes.")).to_be_visible()
    gate.get_by_role("button", name="Use my authenticator app").click()
    expect(page.get_by_text("Enter the six digits")).to_be_visible()
    prove(gate, app.code())
    expect(page.get_by_text(DONE)).to_be_visible()
    expect(heading(page)).to_have_text("Security")
    expect(page.get_by_text(ANNOUNCED)).to_have_count(0)


def test_the_dialog_is_left_by_escape_and_the_page_is_as_it_was(
    page: Page,
    inbox: Inbox,
    who: Person,
    backoffice: Backoffice,
    accessible: Callable[[Page], None],
) -> None:
    """By keyboard: focus goes in, stays in, and comes back (QUALITY 51, 72)."""
    sign_in(page, inbox, who.email_address)
    page.goto("/security/phone")
    number, app = a_number(), give_app(backoffice, who)
    field, button = page.get_by_label("Mobile number"), page.get_by_role("button", name="Text me")
    field.fill(number)
    button.focus()
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Code from the app")).to_be_focused()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        accessible(page)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect(button).to_be_focused()
    expect(field).to_have_value(number)
    assert inbox.messages(number) == []

    page.keyboard.press("Enter")
    prove(dialog(page), app.code())
    expect(heading(page)).to_have_text("Check your phone")
    assert inbox.code(number)


def test_a_form_that_comes_back_comes_back_to_its_place(
    page: Page, inbox: Inbox, who: Person, backoffice: Backoffice
) -> None:
    """What was held had a mistake in it: the page says so, and the next try needs no proof."""
    sign_in(page, inbox, who.email_address)
    page.goto("/security/password")
    app = give_app(backoffice, who)
    page.wait_for_load_state()
    with page.expect_response("**/password/strength"):  # pressed by who has read what it's worth
        page.get_by_label("New password").fill("password")
    page.get_by_role("button", name="Save password", exact=True).click()
    prove(dialog(page), app.code())
    expect(dialog(page)).to_have_count(0)
    field = page.get_by_label("New password")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    give_code(page, "seven herons over the canal", button="Save password")
    expect(page.get_by_text("Your password is set.")).to_be_visible()


def test_when_the_way_is_barred_the_dialog_makes_way_for_the_reason(
    page: Page, inbox: Inbox, who: Person, backoffice: Backoffice, complaints: Complaints
) -> None:
    """An outage: nothing is done, what was typed stays (QUALITY 51)."""
    complaints.expect("ERR_FAILED", "fetch")
    app = half_proven(page, inbox, who, backoffice)
    page.get_by_role("button", name=re.compile("Stop asking|Ask every time")).click()
    expect(dialog(page)).to_be_visible()
    page.route("**/verify", lambda route: route.abort())
    prove(dialog(page), app.code())
    expect(page.get_by_text("That didn’t go through.")).to_be_visible()
    expect(dialog(page)).to_have_count(0)
    expect(heading(page)).to_have_text("Security")
