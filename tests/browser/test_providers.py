"""Into an organization by Google and by its own SSO, and every way in which that can fail."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.factors import assert_shippable, at_provider, come_back_as
from tests.browser.steps import heading, prove, row, session_id, sign_in, switch
from tests.browser.support import Complaints, Inbox, with_and_without_scripts
from tests.signing_in import ADMIN

AS_ADMIN = f"Continue as {ADMIN}"


@with_and_without_scripts
@pytest.mark.parametrize("way", ["Continue with Google", "Continue with Initech SSO"])
def test_the_demo_admin_steps_up_into_initech(
    page: Page, inbox: Inbox, way: str, *, javascript: bool
) -> None:
    """The address is proven, Initech wants more, the provider vouches (QUALITY 72)."""
    to_initech(page, inbox)
    page.get_by_role("button", name=way).click()
    at_provider(page, AS_ADMIN, javascript=javascript)
    expect(heading(page)).to_have_text("You’re in Initech")


@pytest.mark.parametrize("backend", ["remote"])
@pytest.mark.parametrize("way", ["Continue with Google", "Continue with Initech SSO"])
def test_a_service_elsewhere_leads_out_and_back_as_well(page: Page, inbox: Inbox, way: str) -> None:
    """Three origins are passed, and no form is led across one: CSP's form-action holds."""
    to_initech(page, inbox)
    page.get_by_role("button", name=way).click()
    expect(heading(page)).to_have_text("Demo identity provider")
    page.get_by_role("button", name="Cancel").click()
    expect(heading(page)).to_have_text("That didn’t sign you in")
    page.get_by_role("link", name="Back to signing in").click()
    page.get_by_role("button", name=way).click()
    at_provider(page, AS_ADMIN)
    expect(heading(page)).to_have_text("You’re in Initech")


def to_initech(page: Page, inbox: Inbox) -> None:
    prove(page, inbox, ADMIN)
    row(page, "Initech").click()
    expect(heading(page)).to_have_text("Initech wants another way in")


@pytest.mark.parametrize("way", ["Continue with Google", "Continue with Initech SSO"])
def test_an_organizations_own_page_leads_in_at_once(page: Page, way: str) -> None:
    page.goto("/o/initech/login")
    assert_shippable(page)
    page.get_by_role("button", name=way).click()
    at_provider(page, AS_ADMIN)
    expect(heading(page)).to_have_text("You’re in Initech")


@with_and_without_scripts
def test_google_leads_to_the_choice_of_organizations(page: Page, *, javascript: bool) -> None:
    page.goto("/login")
    page.get_by_role("button", name="Continue with Google").click()
    at_provider(page, AS_ADMIN, javascript=javascript)
    expect(heading(page)).to_have_text("Choose an organization")
    expect(row(page, "Initech")).to_be_visible()
    row(page, "Acme").click()
    expect(heading(page)).to_have_text("You’re in Acme")


@with_and_without_scripts
def test_who_cancels_there_comes_back_and_tries_again(page: Page, *, javascript: bool) -> None:
    page.goto("/o/initech/login")
    page.get_by_role("button", name="Continue with Google").click()
    expect(heading(page)).to_have_text("Demo identity provider")
    page.get_by_role("button", name="Cancel").click()
    expect(heading(page)).to_have_text("That didn’t sign you in")
    page.get_by_role("link", name="Back to signing in").click()
    expect(heading(page)).to_have_text("Sign in to Initech")
    page.get_by_role("button", name="Continue with Initech SSO").click()
    at_provider(page, AS_ADMIN, javascript=javascript)
    expect(heading(page)).to_have_text("You’re in Initech")


@pytest.mark.parametrize("way", ["Continue with Google", "Continue with Initech SSO"])
def test_a_provider_that_is_down_is_not_the_end(page: Page, way: str) -> None:
    page.goto("/o/initech/login")
    page.get_by_role("button", name=way).click()
    expect(heading(page)).to_have_text("Demo identity provider")
    assert_shippable(page)
    page.get_by_label("Or as anybody").fill(ADMIN)
    page.get_by_role("button", name="be out of order").click()
    expect(page.get_by_text("Your identity provider can’t be reached.")).to_be_visible()
    assert_shippable(page)
    page.get_by_role("link", name="Back to signing in").click()
    page.get_by_role("button", name=way).click()
    at_provider(page, AS_ADMIN)
    expect(heading(page)).to_have_text("You’re in Initech")


def test_whom_an_organization_does_not_know_it_does_not_let_in(page: Page) -> None:
    page.goto("/o/initech/login")
    page.get_by_role("button", name="Continue with Google").click()
    come_back_as(page, "somebody@elsewhere.example")
    expect(heading(page)).to_have_text("That didn’t sign you in")
    expect(page.get_by_text("Ask for an invite.")).to_be_visible()
    assert_shippable(page)


def test_a_way_back_works_in_the_browser_that_set_out_alone(
    page: Page, complaints: Complaints, new_context: Callable[..., BrowserContext]
) -> None:
    """Somebody else's landing address signs nobody in, nor does one used up (QUALITY 22)."""
    complaints.expect("status of 400")
    mine = landing(new_context(java_script_enabled=False).new_page())
    page.goto(mine.url)
    expect(heading(page)).to_have_text("This sign-in didn’t begin here")
    assert_shippable(page)
    page.goto("/")
    expect(page.get_by_label("Work email")).to_be_visible()

    address = mine.url
    mine.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(mine)).to_have_text("You’re in Initech")
    mine.goto(address)
    expect(heading(mine)).to_have_text("This sign-in didn’t begin here")
    expect(mine.get_by_text("You’re still signed in to Initech.")).to_be_visible()


def test_what_comes_back_goes_no_further(new_context: Callable[..., BrowserContext]) -> None:
    """The landing page tells no other origin its address and shares no window (QUALITY 12, 13)."""
    answer = landing(new_context(java_script_enabled=False).new_page()).reload()
    assert answer is not None
    assert answer.headers["referrer-policy"] == "strict-origin"  # which needs no address
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "no-store" in answer.headers["cache-control"]


def landing(page: Page) -> Page:
    """Where the provider sends the browser back to, before any button there is pressed."""
    page.goto("/o/initech/login")
    page.get_by_role("button", name="Continue with Google").click()
    at_provider(page, AS_ADMIN)
    expect(heading(page)).to_have_text("Signing you in")
    return page


def test_a_step_up_given_up_leaves_the_session(page: Page, inbox: Inbox) -> None:
    """On the page, at the provider, and after cancelling there (QUALITY 51, 55)."""
    sign_in(page, inbox, ADMIN, "Acme")
    before = session_id(page)
    switch(page, "Initech")
    expect(heading(page)).to_have_text("Initech wants another way in")
    assert_shippable(page)
    page.get_by_role("button", name="Continue with Google").click()
    expect(heading(page)).to_have_text("Demo identity provider")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("You’re still signed in to Acme.")).to_be_visible()
    assert_shippable(page)
    page.get_by_role("link", name="Back to signing in").click()
    expect(heading(page)).to_have_text("Initech wants another way in")
    page.get_by_role("button", name="Stay in Acme").click()
    expect(heading(page)).to_have_text("You’re in Acme")
    assert session_id(page) == before
