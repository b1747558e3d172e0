"""A session begins with the claims that the team's hook gives it, or not at all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import person
from tests.browser.steps import heading, prove, switch
from tests.browser.support import Complaints, Inbox
from tests.servers import Server


@pytest.fixture(scope="session")
def hooked_server(start_server: Callable[..., Server]) -> Server:
    return start_server(SESSION_CLAIMS="tests.hooks.at_sign_in")


@pytest.fixture
def app(hooked_server: Server) -> Server:
    return hooked_server


def test_a_session_has_the_claims_of_the_hook_after_a_switch_too(
    page: Page, inbox: Inbox, backoffice: Backoffice
) -> None:
    address, _ = backoffice.someone("Hooli", "Raviga")
    prove(page, inbox, address)
    page.get_by_role("button", name="Hooli").click()
    for organization in ("Hooli", "Raviga"):
        expect(heading(page)).to_have_text(f"You’re in {organization}")
        page.get_by_text("Raw claims of this session’s JWT").click()
        expect(page.get_by_text('"plan": "gold"')).to_be_visible()
        if organization == "Hooli":
            switch(page, "Raviga")


def test_a_claim_that_can_be_none_lets_nobody_in(
    page: Page, inbox: Inbox, backoffice: Backoffice, complaints: Complaints
) -> None:
    complaints.expect("status of 500", "Content Security Policy")  # Django's page, with DEBUG
    who = person(backoffice, "Broken")
    prove(page, inbox, who.email_address)
    page.get_by_role("button", name="Broken").click()
    expect(heading(page)).to_contain_text("InvalidClaims")
    page.goto("/")
    expect(page.get_by_label("Work email")).to_be_visible()
