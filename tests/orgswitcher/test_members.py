"""The members' page, and resetting a colleague's second factor."""

import json
import re

import httpx
import pytest
from django.core import mail
from django.test import Client
from time_machine import TimeMachineFixture

from identity.models import Member
from project.embedded import EmbeddedTransport
from tests import transports
from tests.accounts.conftest import noon as noon
from tests.accounts.test_recent import hidden
from tests.accounts.test_security import LATER, add_app, post
from tests.signing_in import ADMIN, MEMBER, newest_code, sign_in

pytestmark = pytest.mark.usefixtures("demo", "noon")

TAKEN = re.compile(r"/totp$|/mfa_phone_numbers/")


@pytest.fixture
def admin(client: Client) -> Client:
    sign_in(client, ADMIN)
    return client


def enrol(email_address: str) -> Client:
    browser = Client()
    sign_in(browser, email_address)
    add_app(browser)
    return browser


def milo() -> Member:
    return Member.objects.get(email_address=MEMBER, organization__organization_slug="acme")


def text(client: Client, page: str) -> str:
    return " ".join(client.get(page).content.decode().split())


def test_an_admin_sees_everyone_here_and_nobody_else(admin: Client) -> None:
    """(QUALITY 53)"""
    page = text(admin, "/members")
    assert "Milo Meyer" in page
    assert "Fay Farmer" not in page


def test_they_can_be_searched(admin: Client) -> None:
    page = text(admin, "/members?q=member@")
    assert "Milo Meyer" in page
    assert "Ines Ivers" not in page
    assert "Nobody by that address" in text(admin, "/members?q=nobody@")


def test_others_get_neither_the_page_nor_the_link(client: Client) -> None:
    """(QUALITY 58)"""
    sign_in(client, MEMBER)
    assert "Members</a>" not in text(client, "/")
    assert client.get("/members").status_code == 403
    assert post(client, f"/members/{milo().member_id}/reset").status_code == 403


def test_a_role_that_was_taken_away_is_gone_at_once(admin: Client) -> None:
    """(QUALITY 57)"""
    Member.objects.filter(email_address=ADMIN).update(roles=[])
    assert admin.get("/members").status_code == 403


def test_a_reset_asks_once_and_names_the_person(admin: Client) -> None:
    enrol(MEMBER)
    page = text(admin, f"/members/{milo().member_id}/reset")
    assert "Reset the second step of Milo Meyer?" in page
    assert MEMBER in page
    assert milo().totp_registration_id


def test_a_reset_takes_the_factor_ends_sessions_and_tells_the_member(admin: Client) -> None:
    """(QUALITY 34, 44)"""
    browser = enrol(MEMBER)
    assert post(admin, f"/members/{milo().member_id}/reset")["Location"] == "/members"
    assert not milo().totp_registration_id
    assert f"The second step of {MEMBER} is reset" in text(admin, "/members")
    assert MEMBER in mail.outbox[-1].to
    assert "removed" in mail.outbox[-1].subject
    browser.cookies["stytch_session_jwt"] = ""
    assert browser.get("/")["Location"] == "/login"


def test_at_the_next_sign_in_a_new_one_is_set_up(admin: Client) -> None:
    enrol(MEMBER)
    post(admin, f"/members/{milo().member_id}/reset")
    browser = Client()
    assert sign_in(browser, MEMBER)["Location"] == "/second-factor"
    assert "asks for a second step" in text(browser, "/second-factor")


def test_nobody_of_another_organization_can_be_reset(admin: Client) -> None:
    """(QUALITY 53)"""
    stranger = Member.objects.get(email_address="founder@umbrella.example")
    assert admin.get(f"/members/{stranger.member_id}/reset").status_code == 404
    assert post(admin, f"/members/{stranger.member_id}/reset").status_code == 404


def test_the_rows_carry_no_number_in_full(admin: Client) -> None:
    Member.objects.filter(email_address=MEMBER).update(
        mfa_phone_number="+12015550123", mfa_phone_number_verified=True
    )
    page = text(admin, "/members")
    assert "text messages" in page
    assert not re.search(r"\+?1201555", page)


def test_a_reset_is_announced_and_done_after_a_fresh_proof(
    admin: Client, noon: TimeMachineFixture
) -> None:
    """(QUALITY 48, 50): the page is no secret, what it sends is gated."""
    enrol(MEMBER)
    here = f"/members/{milo().member_id}/reset"
    assert "asked to prove" not in text(admin, here)
    noon.move_to(LATER, tick=False)
    assert "You’ll be asked to prove that it’s you." in text(admin, here)
    waiting = admin.post("/verify/code", hidden(post(admin, here)))
    assert milo().totp_registration_id
    done = admin.post("/verify", {**hidden(waiting), "code": newest_code(ADMIN)})
    assert done["Location"] == "/members"
    assert not milo().totp_registration_id


def test_an_admin_no_more_does_not_finish_it(admin: Client, noon: TimeMachineFixture) -> None:
    """(QUALITY 50, 57): whatever else the view asks for, it asks for again."""
    enrol(MEMBER)
    noon.move_to(LATER, tick=False)
    waiting = admin.post("/verify/code", hidden(post(admin, f"/members/{milo().member_id}/reset")))
    Member.objects.filter(email_address=ADMIN).update(roles=[])
    done = admin.post("/verify", {**hidden(waiting), "code": newest_code(ADMIN)})
    assert done.status_code == 403
    assert milo().totp_registration_id


def test_the_service_is_asked_on_the_admins_behalf(admin: Client, through) -> None:
    """Each factor that is taken: the service judges by the admin's roles too, not by our word."""
    enrol(MEMBER)
    Member.objects.filter(pk=milo().pk).update(
        mfa_phone_number="+12015550123", mfa_phone_number_verified=True
    )
    calls = through(transports.Counting())
    post(admin, f"/members/{milo().member_id}/reset")
    taking = [acting for path, acting in calls.acting if TAKEN.search(path)]
    assert taking == [admin.cookies["stytch_session"].value] * 2


class Elsewhere(EmbeddedTransport):
    """A service that answers with a member of another organization than it was asked about."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if not request.url.path.endswith("/member"):
            return answer
        body = json.loads(answer.read())
        body["member"]["organization_id"] = "organization-test-elsewhere"
        return httpx.Response(answer.status_code, json=body)


@pytest.mark.parametrize("page", ["reset", "sessions", "sessions/end"])
def test_a_member_of_elsewhere_is_nobody_here(admin: Client, through, page: str) -> None:
    """Whatever the service says (QUALITY 53)."""
    place = f"/members/{milo().member_id}/{page}"
    assert admin.get(place).status_code == 200
    through(Elsewhere())
    assert admin.get(place).status_code == 404
