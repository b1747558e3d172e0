"""Coming in where one isn't a member yet: by domain, by invite, and by founding an organization."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.steps import heading, prove, row
from tests.browser.support import Inbox, embedded_and_remote, everywhere
from tests.signing_in import INVITED, NEWCOMER


@pytest.fixture
def someone_new() -> str:
    """An address that nobody has seen: the demo's people join but once a database."""
    return f"{uuid4().hex[:12]}@nowhere.example"


@embedded_and_remote
def test_a_newcomer_joins_by_the_domain_of_their_address(
    page: Page, inbox: Inbox, backend: str
) -> None:
    address = NEWCOMER if backend == "embedded" else "second@umbrella.example"
    prove(page, inbox, address)
    expect(heading(page)).to_have_text("Choose an organization")
    expect(page.get_by_role("heading", name="You can join")).to_be_visible()
    expect(row(page, "Umbrella")).to_contain_text("Open to umbrella.example addresses")
    row(page, "Umbrella").click()
    expect(heading(page)).to_have_text("You’re in Umbrella")
    expect(page.get_by_role("main").get_by_text(address).first).to_be_visible()


@embedded_and_remote
def test_an_invite_is_accepted_by_choosing_it(
    page: Page, inbox: Inbox, backoffice: Backoffice, backend: str
) -> None:
    address, name = INVITED, "Acme"
    if backend == "remote":
        address, name = f"{uuid4().hex[:12]}@guests.example", "Hooli"
        backoffice.invite(backoffice.organization(name, email_invites="ALL_ALLOWED"), address)
    prove(page, inbox, address)
    expect(row(page, name)).to_contain_text("You’re invited")
    row(page, name).click()
    expect(heading(page)).to_have_text(f"You’re in {name}")


@everywhere
def test_an_unknown_address_creates_an_organization(
    page: Page, inbox: Inbox, someone_new: str, *, javascript: bool
) -> None:
    """The short name follows what is typed; without scripts it is made on sending (QUALITY 72)."""
    name = f"Käse & Söhne {someone_new[:6]}"
    prove(page, inbox, someone_new)
    expect(heading(page)).to_have_text("Create an organization")
    page.wait_for_load_state()  # before its scripts run, nothing follows what is typed
    page.get_by_label("Name", exact=True).fill(name)
    if javascript:
        expect(page.get_by_label("Short name")).to_have_value(f"kase-sohne-{someone_new[:6]}")
    page.get_by_role("button", name="Create organization").click()
    expect(heading(page)).to_have_text(f"You’re in {name}")
    expect(page.get_by_role("main").get_by_text("Admin").first).to_be_visible()


def test_a_short_name_that_a_person_typed_stays(page: Page, inbox: Inbox, someone_new: str) -> None:
    """And when it is taken, the form says so and keeps what was typed."""
    prove(page, inbox, someone_new)
    page.get_by_label("Short name").fill("acme")
    page.wait_for_load_state()
    with page.expect_response("**/organizations/slug?*"):
        page.get_by_label("Name", exact=True).clear()
        page.get_by_label("Name", exact=True).press_sequentially("Apex")
    expect(page.get_by_label("Short name")).to_have_value("acme")
    page.get_by_role("button", name="Create organization").click()
    expect(page.get_by_text("That short name is taken.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Apex")
    page.get_by_label("Short name").fill(f"apex-{someone_new[:6]}")
    page.get_by_role("button", name="Create organization").click()
    expect(heading(page)).to_have_text("You’re in Apex")
