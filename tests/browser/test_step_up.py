"""First another way in, then a second step: both in a row, from wherever one starts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import (
    ASKS_ALL,
    ONLY_GOOGLE,
    PENDING,
    Person,
    at_provider,
    come_back_as,
    enrol_app,
    give_app,
    give_code,
    joined,
    person,
)
from tests.browser.steps import arrive, heading, prove, row, session_id, switch
from tests.browser.support import Complaints, Inbox, with_and_without_scripts

STRICT = ASKS_ALL | ONLY_GOOGLE
WANTS_MORE = "Strict wants another way in"
ASKS_STEP = "Strict asks for a second step"


@pytest.fixture
def in_easy(backoffice: Backoffice) -> Person:
    return person(backoffice, "Easy")


@pytest.fixture
def in_both(backoffice: Backoffice, in_easy: Person) -> Person:
    """The same person, a member of one that wants Google and a second step as well."""
    strict = backoffice.organization("Strict", **STRICT)
    return joined(backoffice, strict, in_easy.email_address)


@with_and_without_scripts
def test_both_in_a_row_while_signing_in(
    page: Page, inbox: Inbox, in_both: Person, *, javascript: bool
) -> None:
    prove(page, inbox, in_both.email_address)
    row(page, "Strict").click()
    expect(heading(page)).to_have_text(WANTS_MORE)
    page.get_by_role("button", name="Continue with Google").click()
    come_back_as(page, in_both.email_address, javascript=javascript)
    expect(heading(page)).to_have_text(ASKS_STEP)
    enrol_app(page)
    expect(heading(page)).to_have_text("You’re in Strict")


@pytest.mark.both_checks
def test_both_in_a_row_while_switching(
    page: Page, inbox: Inbox, in_both: Person, in_easy: Person, backoffice: Backoffice
) -> None:
    """Each mistake on the way costs one try and not the session (QUALITY 51, 55)."""
    app = give_app(backoffice, in_both)
    arrive(page, inbox, in_easy.email_address, in_easy.organization_id)
    before = session_id(page)
    switch(page, "Strict")
    expect(heading(page)).to_have_text(WANTS_MORE)
    page.get_by_role("button", name="Continue with Google").click()
    at_provider(page, "Cancel")
    page.get_by_role("link", name="Back to signing in").click()
    page.get_by_role("button", name="Continue with Google").click()
    come_back_as(page, in_both.email_address)
    expect(heading(page)).to_have_text("Open your authenticator app")
    give_code(page, app.wrong_code())
    expect(page.get_by_text("That code doesn’t match.")).to_be_visible()
    assert session_id(page) == before
    give_code(page, app.code())
    expect(heading(page)).to_have_text("You’re in Strict")
    assert session_id(page) != before


def test_both_in_a_row_while_joining(page: Page, inbox: Inbox, backoffice: Backoffice) -> None:
    """An invite to a strict organization is accepted by meeting its rules."""
    who = person(backoffice, "Easy")
    strict = backoffice.organization("Strict", email_invites="ALL_ALLOWED", **STRICT)
    backoffice.invite(strict, who.email_address)
    prove(page, inbox, who.email_address)
    row(page, "Strict").click()
    expect(heading(page)).to_have_text(WANTS_MORE)
    page.get_by_role("button", name="Continue with Google").click()
    come_back_as(page, who.email_address)
    expect(heading(page)).to_have_text(ASKS_STEP)
    enrol_app(page)
    expect(heading(page)).to_have_text("You’re in Strict")


@pytest.mark.parametrize("way", ["Google", "second step"])
def test_given_up_at_either_point_the_session_stays(
    page: Page, inbox: Inbox, in_both: Person, in_easy: Person, way: str
) -> None:
    """(QUALITY 51)"""
    arrive(page, inbox, in_easy.email_address, in_easy.organization_id)
    before = session_id(page)
    switch(page, "Strict")
    expect(heading(page)).to_have_text(WANTS_MORE)
    if way == "second step":
        page.get_by_role("button", name="Continue with Google").click()
        come_back_as(page, in_both.email_address)
        expect(heading(page)).to_have_text(ASKS_STEP)
    page.get_by_role("button", name="Stay in Easy").click()
    expect(heading(page)).to_have_text("You’re in Easy")
    assert session_id(page) == before


def test_somebody_else_at_the_provider_does_not_get_in(
    page: Page, inbox: Inbox, in_both: Person, in_easy: Person
) -> None:
    """The step is one person's; another's account does not finish it, nor end the session."""
    arrive(page, inbox, in_easy.email_address, in_easy.organization_id)
    before = session_id(page)
    switch(page, "Strict")
    page.get_by_role("button", name="Continue with Google").click()
    come_back_as(page, "somebody@elsewhere.example")
    expect(heading(page)).to_have_text("That didn’t sign you in")
    expect(page.get_by_text("You’re still signed in to Easy.")).to_be_visible()
    assert session_id(page) == before


def test_a_step_that_expired_at_the_provider_leaves_the_session(
    page: Page, inbox: Inbox, in_both: Person, in_easy: Person, complaints: Complaints
) -> None:
    complaints.expect("status of 400")
    arrive(page, inbox, in_easy.email_address, in_easy.organization_id)
    switch(page, "Strict")
    page.get_by_role("button", name="Continue with Google").click()
    expect(heading(page)).to_have_text("Demo identity provider")
    page.context.clear_cookies(name=PENDING)
    come_back_as(page, in_both.email_address)
    expect(heading(page)).to_have_text("This sign-in didn’t begin here")
    page.goto("/")
    expect(heading(page)).to_have_text("You’re in Easy")
