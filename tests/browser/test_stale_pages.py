"""Pages left open: out of date, of another organization, or with a session long over."""

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.browser.backoffice import Backoffice
from tests.browser.steps import (
    arrive,
    ask_for_code,
    enter_code,
    heading,
    open_switcher,
    row,
    session_id,
)
from tests.browser.support import Complaints, Inbox, embedded_and_remote
from tests.signing_in import MEMBER

SESSION, JWT = "stytch_session", "stytch_session_jwt"


def test_a_form_out_of_date_keeps_what_was_typed(
    page: Page, context: BrowserContext, inbox: Inbox, complaints: Complaints
) -> None:
    """Under htmx a refused token costs one more press, and no typing (QUALITY 21)."""
    complaints.expect("status of 403")
    ask_for_code(page, MEMBER)
    code = inbox.code(MEMBER)
    context.clear_cookies(name="csrf")
    enter_code(page, code)
    expect(page.get_by_text("This page was out of date; it’s fresh now.")).to_be_visible()
    expect(page.get_by_label("Code")).to_have_value(code)
    expect(heading(page)).to_have_text("Check your email")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page)).to_have_text("You’re in Acme")


def test_a_whole_page_out_of_date_can_be_sent_again(
    page: Page, context: BrowserContext, complaints: Complaints
) -> None:
    """QUALITY 21, where htmx has no part."""
    complaints.expect("status of 403")
    page.goto("/login")
    page.get_by_label("Work email").fill(MEMBER)
    context.clear_cookies(name="csrf")
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(heading(page)).to_have_text("This page was out of date")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text(f"We sent a six-digit code to {MEMBER}.")).to_be_visible()


@embedded_and_remote
@pytest.mark.both_checks
def test_a_dead_session_leads_to_sign_in_once(
    page: Page, context: BrowserContext, inbox: Inbox, backoffice: Backoffice
) -> None:
    """One redirect to /login, the cookies gone, no loop (QUALITY 46)."""
    arrive(page, inbox, MEMBER)
    backoffice.revoke(session_id(page))
    context.clear_cookies(name=JWT)  # it ends after five minutes
    seen: list[tuple[int, str]] = []
    page.on("response", lambda response: seen.append(summary(response)))
    page.goto("/session")
    expect(page.get_by_text("Your session has ended: on another device")).to_be_visible()
    pages = [(status, path) for status, path in seen if not path.startswith("/static/")]
    assert pages == [(302, "/session"), (200, "/login?next=%2Fsession")]
    assert not {SESSION, JWT} & {each["name"] for each in context.cookies()}
    page.reload()
    expect(page.get_by_label("Work email")).to_be_visible()
    expect(page.get_by_text("Your session has ended.")).to_have_count(0)


@embedded_and_remote
def test_a_page_of_another_organization_writes_nothing(
    page: Page,
    context: BrowserContext,
    inbox: Inbox,
    backoffice: Backoffice,
    complaints: Complaints,
) -> None:
    """Switched in another tab meanwhile: 409, and where one is now (QUALITY 54)."""
    complaints.expect("status of 409", "session/refresh")
    address, (northwind, *_) = backoffice.someone("Northwind", "Southwind", "Westwind")
    arrive(page, inbox, address, northwind)
    open_switcher(page)
    other = context.new_page()
    other.goto("/")
    open_switcher(other)
    row(other, "Southwind").click()
    expect(heading(other)).to_have_text("You’re in Southwind")
    session = session_id(other)

    expect(page.get_by_text("In another tab you switched to Southwind.")).to_be_visible()
    row(page, "Westwind").click()
    expect(heading(page)).to_have_text("You’re in Southwind now")
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    assert session_id(page) == session
    page.get_by_role("link", name="Go to Southwind").click()
    expect(heading(page)).to_have_text("You’re in Southwind")


def summary(response: Response) -> tuple[int, str]:
    return response.status, "/" + response.url.split("/", 3)[3]
