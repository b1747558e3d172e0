"""What an open page shows of its session follows the session, without being opened anew."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.steps import arrive, heading, session_id
from tests.browser.support import Complaints, Inbox
from tests.servers import Server


@pytest.fixture(scope="session")
def quick_server(start_server: Callable[..., Server]) -> Server:
    return start_server(HEARTBEAT_SECONDS="1")


@pytest.fixture
def app(quick_server: Server, complaints: Complaints) -> Server:
    complaints.expect("AbortError")  # the last beat, when the test has seen enough
    return quick_server


def member_id(page: Page) -> str:
    state = page.request.get("/session", headers={"Accept": "application/json"}).json()
    found: str = state["session"]["member_id"]
    return found


def test_roles_links_and_names_follow(page: Page, inbox: Inbox, backoffice: Backoffice) -> None:
    """(QUALITY 103)"""
    address, (organization, *_) = backoffice.someone("Northwind")
    arrive(page, inbox, address, organization)
    members = page.get_by_role("link", name="Members")
    expect(members).to_have_count(0)
    backoffice.give(organization, member_id(page), "stytch_admin")
    expect(members).to_be_visible()
    expect(page.locator(".badge")).to_have_text("Admin")
    backoffice.rename(organization, "Southwind")
    expect(page.get_by_role("link", name="switch organization")).to_contain_text("Southwind")
    expect(heading(page)).to_have_text("You’re in Southwind")
    backoffice.give(organization, member_id(page))
    expect(members).to_have_count(0)
    expect(page.locator(".badge")).to_have_text("Member")
    expect(page.get_by_role("link", name="Home", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def test_a_page_that_is_no_longer_open_to_somebody_says_so(
    page: Page, inbox: Inbox, backoffice: Backoffice
) -> None:
    """And no longer, when it is again; what was typed stays."""
    address, (organization, *_) = backoffice.someone("Northwind")
    arrive(page, inbox, address, organization)
    who = member_id(page)
    backoffice.give(organization, who, "stytch_admin")
    members = page.get_by_role("link", name="Members")
    members.click()
    expect(heading(page)).to_contain_text("Members")
    shut = page.get_by_text("this page is no longer open to you")
    expect(shut).to_have_count(0)
    backoffice.give(organization, who)
    expect(shut).to_be_visible()
    expect(members).to_have_count(0)
    backoffice.give(organization, who, "stytch_admin")
    expect(shut).to_have_count(0)


def test_nothing_is_drawn_anew_while_nothing_has_changed(page: Page, inbox: Inbox) -> None:
    """An open menu stays open."""
    arrive(page, inbox, "member@acme.example")
    page.get_by_role("button", name="Member menu").click()
    for _ in range(2):
        with page.expect_response("**/session/refresh") as beat:
            pass
        assert "part-navigation" not in beat.value.text()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    assert session_id(page)
