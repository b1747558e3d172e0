"""The identity service falls silent in the middle of a step: it waits, and goes on afterwards."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.backoffice import Backoffice
from tests.browser.factors import ASKS_ALL, Person, give_app, give_code, joined, person
from tests.browser.relay import Relay, relay_to
from tests.browser.steps import heading, open_switcher, prove, row, session_id, sign_in
from tests.browser.support import Complaints, Inbox
from tests.servers import Server

UNREACHABLE = "We can’t reach sign-in right now"
pytestmark = pytest.mark.parametrize("backend", ["remote"])


@pytest.fixture(scope="module")
def to_service(server: Server) -> Iterator[Relay]:
    with relay_to(server.url) as relay:
        yield relay


@pytest.fixture(scope="module")
def far_server(start_server: Callable[..., Server], to_service: Relay) -> Server:
    return start_server(IDENTITY_URL=to_service.url)


@pytest.fixture
def app(far_server: Server) -> Server:
    return far_server


@pytest.fixture
def who(backoffice: Backoffice) -> Person:
    """A member of an easy organization and of one that asks for a second step."""
    easy = person(backoffice, "Easy")
    return joined(backoffice, backoffice.organization("Hooli", **ASKS_ALL), easy.email_address)


def test_a_code_is_typed_once_more_afterwards(
    page: Page,
    inbox: Inbox,
    backoffice: Backoffice,
    who: Person,
    to_service: Relay,
    complaints: Complaints,
) -> None:
    """An outage is no wrong code, and costs neither step nor code (QUALITY 52)."""
    complaints.expect("status of 503")
    app = give_app(backoffice, who)
    prove(page, inbox, who.email_address)
    row(page, "Hooli").click()
    expect(heading(page)).to_have_text("Open your authenticator app")
    with to_service.outage():
        give_code(page, app.code())
        expect(page.get_by_text(UNREACHABLE)).to_be_visible()
    give_code(page, app.used_code())
    expect(heading(page)).to_have_text("You’re in Hooli")


def test_a_switch_that_got_no_answer_leaves_the_session(
    page: Page, inbox: Inbox, who: Person, to_service: Relay, complaints: Complaints
) -> None:
    """(QUALITY 55)"""
    complaints.expect("status of 503")
    sign_in(page, inbox, who.email_address, "Easy")
    before = session_id(page)
    open_switcher(page)
    with to_service.outage():
        row(page, "Hooli").click()
        expect(page.get_by_text(UNREACHABLE)).to_be_visible()
    page.goto("/")
    expect(heading(page)).to_have_text("You’re in Easy")
    assert session_id(page) == before
