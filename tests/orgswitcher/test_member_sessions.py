"""An admin sees a member's sessions and ends them."""

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from identity.models import Member
from tests import transports
from tests.accounts.conftest import NOON
from tests.accounts.test_security import post
from tests.accounts.test_sessions import FIREFOX, IPHONE, alive, is_in, mark_of, signed_in, words
from tests.signing_in import ADMIN, MEMBER

pytestmark = pytest.mark.usefixtures("demo", "noon")

REVOKE = "/v1/b2b/sessions/revoke"


@pytest.fixture
def noon(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def admin() -> Client:
    return signed_in(who=ADMIN)


def page_of(address: str = MEMBER, slug: str = "acme") -> str:
    member = Member.objects.get(email_address=address, organization__organization_slug=slug)
    return f"/members/{member.member_id}/sessions"


def test_an_admin_sees_where_a_member_is_signed_in(admin: Client) -> None:
    assert "Signed in nowhere" in words(admin, page_of())
    signed_in(IPHONE, ip="198.51.100.4")
    page = words(admin, page_of())
    assert "Sessions of Milo Meyer" in page
    assert "Safari on iOS From 198.51.100.4" in page
    assert "This device" not in page
    assert f'href="{page_of()}"' in admin.get("/members").content.decode()


def test_an_admin_ends_one_session_of_a_member(admin: Client) -> None:
    """(QUALITY 44)"""
    phone, desk = signed_in(IPHONE), signed_in(FIREFOX)
    ending = f"{page_of()}/{mark_of(phone)}/end"
    assert "End this session of Milo Meyer?" in words(admin, ending)
    assert alive() == 3
    assert post(admin, ending)["Location"] == page_of()
    assert f"A session of {MEMBER} is ended: Safari on iOS." in words(admin, page_of())
    assert (is_in(phone), is_in(desk)) == (False, True)


def test_an_admin_ends_all_sessions_of_a_member(admin: Client) -> None:
    """(QUALITY 44)"""
    phone, desk = signed_in(IPHONE), signed_in(FIREFOX)
    ending = f"{page_of()}/end"
    assert "Sign Milo Meyer out everywhere?" in words(admin, ending)
    assert "is in 2 sessions of Acme" in words(admin, ending)
    assert post(admin, ending)["Location"] == "/members"
    assert f"{MEMBER} is signed out everywhere." in words(admin, "/members")
    assert (is_in(phone), is_in(desk), is_in(admin)) == (False, False, True)


def test_ending_them_asks_for_a_fresh_factor(admin: Client, noon: TimeMachineFixture) -> None:
    phone = signed_in(IPHONE)
    mark = mark_of(phone)
    noon.move_to(NOON + timedelta(minutes=6), tick=False)
    for page in (f"{page_of()}/end", f"{page_of()}/{mark}/end"):
        assert "Prove that it’s you" in post(admin, page).content.decode()
    assert is_in(phone)


def test_nobody_else_may_look_or_end() -> None:
    """(QUALITY 53)"""
    member = signed_in()
    mark = mark_of(member)
    for page in (page_of(), f"{page_of()}/end", f"{page_of()}/{mark}/end"):
        assert member.get(page).status_code == 403
        assert post(member, page).status_code in {403, 405}
    assert is_in(member)


def test_nobody_of_another_organization_is_shown_or_ended(admin: Client) -> None:
    """(QUALITY 53): nor oneself, who has a page of one's own, nor another member's by a mark."""
    phone = signed_in(IPHONE)
    strangers = page_of("founder@umbrella.example", slug="umbrella")
    for page in (strangers, page_of(ADMIN)):
        assert admin.get(page).status_code == 404
        assert post(admin, f"{page}/end").status_code == 404
        assert post(admin, f"{page}/{mark_of(phone)}/end").status_code == 404
    assert post(admin, f"{page_of('invited@acme.example')}/{mark_of(phone)}/end").status_code == 404
    assert is_in(phone)


def test_a_role_that_was_taken_away_ends_nothing(admin: Client) -> None:
    """(QUALITY 57)"""
    phone = signed_in(IPHONE)
    Member.objects.filter(email_address=ADMIN).update(roles=[])
    assert post(admin, f"{page_of()}/end").status_code == 403
    assert is_in(phone)


def test_the_service_is_asked_on_the_admins_behalf(admin: Client, through) -> None:
    """It judges by the admin's roles too, not by our word."""
    first, second = signed_in(IPHONE), signed_in(FIREFOX)
    mark = mark_of(first)
    calls = through(transports.Counting())
    post(admin, f"{page_of()}/{mark}/end")
    post(admin, f"{page_of()}/end")
    asked = [acting for path, acting in calls.acting if path == REVOKE]
    assert asked == [admin.cookies["stytch_session"].value] * 2
    assert (is_in(first), is_in(second)) == (False, False)
