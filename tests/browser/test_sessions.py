"""Where somebody is signed in: seen, ended, disowned; by themselves and by their admin."""

import re
from collections.abc import Callable
from email import message_from_string, policy
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import Person, assert_shippable, joined, person
from tests.browser.steps import heading, sign_in
from tests.browser.support import Complaints, Inbox, everywhere, with_and_without_scripts

PHONE = {
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
}
NewContext = Callable[..., BrowserContext]
ReadMail = Callable[[str], list[str]]


@pytest.fixture
def who(backoffice: Backoffice) -> Person:
    return person(backoffice, "Hooli")


@pytest.fixture
def told(backend: str, inbox: Inbox, request: pytest.FixtureRequest) -> ReadMail:
    """The mails about new browsers that an address got from the app, newest first."""
    if backend == "embedded":
        return lambda to: [
            each["text"] for each in inbox.messages(to) if "New sign-in" in each["subject"]
        ]
    mails: Path = request.getfixturevalue("remote_mails")

    def read(to: str) -> list[str]:
        newest = sorted(mails.iterdir(), key=lambda mail: -mail.stat().st_mtime_ns)
        parsed = [message_from_string(mail.read_text(), policy=policy.default) for mail in newest]
        return [mail.get_body(("plain",)).get_content() for mail in parsed if mail["To"] == to]

    return read


def link_of(mail: str) -> str:
    found = re.search(r"https?://\S+/sessions/not-me\?token=\S+", mail)
    assert found, mail
    return found[0]


@everywhere
def test_a_new_browser_is_told_of_and_can_be_disowned(
    page: Page,
    inbox: Inbox,
    who: Person,
    new_context: NewContext,
    told: ReadMail,
    complaints: Complaints,
) -> None:
    """By mail, and after a confirmation; then the account is looked over (QUALITY 34, 20)."""
    complaints.expect("status of 404")
    sign_in(page, inbox, who.email_address)
    before = len(told(who.email_address))
    phone = new_context(**PHONE).new_page()
    sign_in(phone, inbox, who.email_address)
    mails = told(who.email_address)
    assert len(mails) == before + 1
    assert "Safari on iOS" in mails[0]
    assert "this machine" in mails[0]

    page.goto(link_of(mails[0])[:-4])
    expect(heading(page)).to_have_text("This link doesn’t work")
    page.goto(link_of(mails[0]))
    expect(heading(page)).to_have_text("This wasn’t you?")
    expect(page.get_by_text("Safari on iOS")).to_be_visible()
    phone.goto("/security")
    expect(heading(phone)).to_have_text("Security")
    page.get_by_role("button", name="End this session").click()
    expect(heading(page)).to_have_text("Look over what protects your account")
    expect(page.get_by_text("That session is ended.")).to_be_visible()
    phone.goto("/security")
    expect(phone.get_by_label("Work email")).to_be_visible()
    page.goto(link_of(mails[0]))
    expect(heading(page)).to_have_text("That session is over")
    page.goto("/sessions")
    sessions = page.get_by_role("list", name="Your sessions").get_by_role("listitem")
    expect(sessions).to_have_count(1)
    for words in ("Chrome on", "This device"):
        expect(sessions).to_contain_text(words)


def test_the_pages_of_disowning_are_shippable(
    page: Page,
    inbox: Inbox,
    who: Person,
    new_context: NewContext,
    told: ReadMail,
    complaints: Complaints,
) -> None:
    """Pressed in the very browser it is about, one ends at the organization's door."""
    complaints.expect("status of 404")
    for each in (new_context(**PHONE).new_page(), page):
        sign_in(each, inbox, who.email_address)
    link = link_of(told(who.email_address)[0])
    page.goto("/security/review")
    assert_shippable(page)
    page.goto(link)
    assert_shippable(page)
    page.get_by_role("button", name="End this session").click()
    expect(heading(page)).to_have_text("Sign in to Hooli")
    expect(page.get_by_text("That session is ended.")).to_be_visible()
    page.goto(link)
    assert_shippable(page)
    page.goto("/sessions/not-me")
    assert_shippable(page)


@with_and_without_scripts
def test_a_session_is_ended_after_it_was_named(
    page: Page, inbox: Inbox, who: Person, new_context: NewContext, javascript: bool
) -> None:
    """One first, then all others; who was in them notices at the next page (QUALITY 45)."""
    check = assert_shippable if javascript else str  # axe is a script itself
    phone, desk = new_context(**PHONE).new_page(), new_context().new_page()
    for each in (phone, desk, page):
        sign_in(each, inbox, who.email_address)
    page.get_by_role("button", name="Member menu").click()
    page.get_by_role("link", name="Your sessions").click()
    expect(heading(page)).to_have_text("Your sessions")
    sessions = page.get_by_role("list", name="Your sessions").get_by_role("listitem")
    expect(sessions).to_have_count(3)
    expect(sessions.first).to_contain_text("This device")
    check(page)

    sessions.filter(has_text="Safari on iOS").get_by_role("link", name="End session").click()
    expect(heading(page)).to_have_text("End the session on Safari on iOS?")
    check(page)
    page.get_by_role("button", name="End this session").click()
    expect(page.get_by_text("The session is ended: Safari on iOS.")).to_be_visible()
    expect(sessions).to_have_count(2)
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("You’re signed in here and nowhere else.")).to_be_visible()
    for each in (phone, desk):
        each.goto("/security")
        expect(each.get_by_label("Work email")).to_be_visible()
    page.goto("/security")
    expect(heading(page)).to_have_text("Security")


def test_an_admin_ends_the_sessions_of_a_member(
    page: Page, inbox: Inbox, backoffice: Backoffice, new_context: NewContext
) -> None:
    """One, then all of them (QUALITY 44)."""
    admin = person(backoffice, "Hooli", roles=("stytch_admin",))
    member = joined(backoffice, admin.organization_id, f"m-{admin.email_address}")
    phone, desk = new_context(**PHONE).new_page(), new_context().new_page()
    for each in (phone, desk):
        sign_in(each, inbox, member.email_address)
    sign_in(page, inbox, admin.email_address)
    page.get_by_role("link", name="Members").click()
    assert_shippable(page)
    page.get_by_role("link", name=f"Sessions of {member.email_address}").click()
    sessions = page.get_by_role("list", name="Sessions of").get_by_role("listitem")
    expect(sessions).to_have_count(2)
    assert_shippable(page)
    sessions.filter(has_text="Safari on iOS").get_by_role("link", name="End session").click()
    assert_shippable(page)
    page.get_by_role("button", name="End this session").click()
    expect(sessions).to_have_count(1)
    page.get_by_role("link", name="End all").click()
    assert_shippable(page)
    page.get_by_role("button", name="End all sessions").click()
    expect(page.get_by_text(f"{member.email_address} is signed out everywhere.")).to_be_visible()
    for each in (phone, desk):
        each.goto("/security")
        expect(each.get_by_label("Work email")).to_be_visible()
