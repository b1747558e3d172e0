"""Signing in by a mailed code: slips, pasting, asking again, and steps cut short."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import arrive, ask_for_code, enter_code, heading, switch
from tests.browser.support import Inbox, with_and_without_scripts
from tests.signing_in import ADMIN, MEMBER

PENDING = "stytch_intermediate_session_token"


@with_and_without_scripts
def test_a_wrong_code_and_then_the_right_one(page: Page, inbox: Inbox) -> None:
    """The mistake is told where it was made, to a screen reader as well (QUALITY 72).

    The swap breaks no CSP, though password managers style fields inline (QUALITY 9).
    """
    ask_for_code(page, MEMBER)
    page.get_by_label("Code").evaluate("field => { field.style.color = 'inherit' }")
    right = inbox.code(MEMBER)
    enter_code(page, f"{(int(right) + 1) % 1_000_000:06}")
    field = page.get_by_label("Code")
    expect(field).to_have_accessible_description(re.compile("That code doesn’t match."))
    expect(field).to_be_focused()
    enter_code(page, "12345")
    expect(page.get_by_text("The code has six digits.")).to_be_visible()
    enter_code(page, right)
    expect(heading(page)).to_have_text("You’re in Acme")


@pytest.mark.parametrize("around", ["{} {}", " {}\u2013{}\n"])
def test_a_code_is_pasted_as_it_was_copied(page: Page, inbox: Inbox, around: str) -> None:
    """Pasting works, whatever came along (QUALITY 30)."""
    ask_for_code(page, MEMBER)
    code = inbox.code(MEMBER)
    field = page.get_by_label("Code")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("autocomplete", "one-time-code")
    page.keyboard.insert_text(around.format(code[:3], code[3:]))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page)).to_have_text("You’re in Acme")


def test_another_code_can_be_asked_for_after_a_while(page: Page, inbox: Inbox) -> None:
    """The button counts down; the newest code is the one that counts."""
    page.clock.install()
    ask_for_code(page, MEMBER)
    first = inbox.code(MEMBER)
    resend = page.get_by_role("button", name="Send a new code")
    expect(resend).to_be_disabled()
    expect(page.get_by_text(re.compile(r"in 0:[123]\d"))).to_be_visible()
    page.clock.fast_forward(31_000)
    expect(resend).to_be_enabled()
    with page.expect_navigation():
        resend.click()
    newest = inbox.code(MEMBER)
    assert newest != first
    enter_code(page, first)
    expect(page.get_by_text("That code doesn’t match.")).to_be_visible()
    enter_code(page, newest)
    expect(heading(page)).to_have_text("You’re in Acme")


@with_and_without_scripts
def test_a_step_whose_cookie_is_gone_keeps_the_address(
    page: Page, context: BrowserContext, inbox: Inbox
) -> None:
    ask_for_code(page, MEMBER)
    context.clear_cookies(name=PENDING)
    enter_code(page, inbox.code(MEMBER))
    expect(page.get_by_text("Your address is kept: start again.")).to_be_visible()
    expect(page.get_by_label("Work email")).to_have_value(MEMBER)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(heading(page)).to_have_text("Check your email")
    enter_code(page, inbox.code(MEMBER))
    expect(heading(page)).to_have_text("You’re in Acme")


def test_other_requests_do_not_lose_the_step(page: Page, inbox: Inbox) -> None:
    """A favicon, a missing page, a poll and a look at the start leave the step (QUALITY 52)."""
    ask_for_code(page, MEMBER)
    for path in ["/favicon.ico", "/static/favicon.svg", "/nowhere", "/session", "/login", "/"]:
        page.request.get(path)
    enter_code(page, inbox.code(MEMBER))
    expect(heading(page)).to_have_text("You’re in Acme")


def test_a_heartbeat_does_not_lose_the_step(page: Page, inbox: Inbox) -> None:
    """A step that waits beside a living session survives its polls (QUALITY 52)."""
    page.clock.install()
    arrive(page, inbox, ADMIN)
    switch(page, "Globex")
    expect(heading(page)).to_have_text("Globex asks for a second step")
    page.goto("/")
    with page.expect_response("**/session/refresh"):
        page.clock.fast_forward(200_000)
    page.get_by_role("link", name="Go on").click()
    expect(heading(page)).to_have_text("Globex asks for a second step")
