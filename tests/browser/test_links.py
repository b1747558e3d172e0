"""Signing in by a mailed link: where it was asked for, elsewhere, and after a scanner saw it."""

from collections.abc import Callable

import httpx
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.steps import arrive, ask_for_link, heading, sign_out
from tests.browser.support import (
    Complaints,
    Inbox,
    everywhere,
)
from tests.signing_in import ADMIN, MEMBER


@everywhere
def test_the_browser_that_asked_is_signed_in(page: Page, inbox: Inbox, *, javascript: bool) -> None:
    """A script presses the button at once; without scripts a person does (QUALITY 32, 72)."""
    ask_for_link(page, MEMBER)
    page.goto(inbox.link(MEMBER))
    if not javascript:
        expect(page.get_by_text("You asked for this link as")).to_be_visible()
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page)).to_have_text("You’re in Acme")


def test_another_browser_says_so_and_waits_for_a_press(
    page: Page, inbox: Inbox, new_context: Callable[..., BrowserContext]
) -> None:
    """No silent sign-in where a link is merely opened (QUALITY 32)."""
    ask_for_link(page, MEMBER)
    other = new_context().new_page()
    other.goto(inbox.link(MEMBER))
    expect(other.get_by_text("This link was asked for in another browser.")).to_be_visible()
    expect(heading(other)).to_have_text("Sign in here?")
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(other)).to_have_text("You’re in Acme")


def test_looking_at_a_link_does_not_use_it_up(
    page: Page, inbox: Inbox, complaints: Complaints, new_context: Callable[..., BrowserContext]
) -> None:
    """Scanners GET and HEAD it, one runs scripts; then one press signs in, once (QUALITY 27)."""
    ask_for_link(page, MEMBER)
    link = inbox.link(MEMBER)
    for method in ["GET", "HEAD"] * 5:
        assert httpx.request(method, link).status_code == httpx.codes.OK
    scanner = new_context().new_page()
    scanner.goto(link, wait_until="networkidle")
    expect(heading(scanner)).to_have_text("Sign in here?")

    page.goto(link)
    expect(heading(page)).to_have_text("You’re in Acme")
    sign_out(page)  # until then, and for seconds, a repeated press would be taken for a double one

    complaints.expect("status of 410")
    scanner.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(scanner)).to_have_text("This link doesn’t work any more")
    expect(scanner.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def test_a_used_link_offers_the_next_one(
    page: Page, inbox: Inbox, complaints: Complaints, new_context: Callable[..., BrowserContext]
) -> None:
    ask_for_link(page, MEMBER)
    used = inbox.link(MEMBER)
    other = new_context().new_page()
    other.goto(used)
    other.get_by_role("button", name="Sign in", exact=True).click()
    sign_out(other)  # until then, and for seconds, a repeated press would be taken for a double one

    complaints.expect("status of 410")
    page.goto(used)
    expect(heading(page)).to_have_text("This link doesn’t work any more")
    page.get_by_role("button", name="Email me a new link").click()
    expect(page.get_by_text("We sent a sign-in link to")).to_be_visible()
    page.goto(inbox.link(MEMBER))
    expect(heading(page)).to_have_text("You’re in Acme")


def test_a_link_for_somebody_else_shows_both_and_asks(
    page: Page, inbox: Inbox, new_context: Callable[..., BrowserContext]
) -> None:
    """No session ends until an organization is chosen (QUALITY 32)."""
    arrive(page, inbox, MEMBER)
    ask_for_link(new_context().new_page(), ADMIN)
    page.goto(inbox.link(ADMIN))
    expect(page.get_by_text(f"This browser is signed in as {MEMBER}.")).to_be_visible()
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page)).to_have_text("Choose an organization")
    both = page.get_by_text(f"You opened this as {ADMIN}")
    expect(both).to_contain_text(f"signed in to Acme as {MEMBER}")
    page.get_by_role("button", name=f"Stay in Acme as {MEMBER}").click()
    expect(page.get_by_role("main").get_by_text(MEMBER).first).to_be_visible()


def test_a_link_cut_in_two_is_explained(page: Page, complaints: Complaints) -> None:
    complaints.expect("status of 400")
    page.goto("/authenticate?stytch_token_type=discovery")
    expect(heading(page)).to_have_text("We can’t read this link")
    page.get_by_role("link", name="Sign in", exact=True).click()
    expect(page.get_by_label("Work email")).to_be_visible()
