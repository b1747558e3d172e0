"""A member's sessions: seen, and ended after a fresh proof."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts import session_rows
from accounts.client import entities
from accounts.templatetags.ui import fingerprint
from accounts.views.sessions import finish
from identity.models import Member, MemberSession
from tests.accounts.conftest import NOON
from tests.accounts.test_security import add_app, post
from tests.signing_in import ADMIN, MEMBER, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
)

pytestmark = pytest.mark.usefixtures("demo", "noon")


def signed_in(user_agent: str = FIREFOX, *, ip: str = "203.0.113.7", who: str = MEMBER) -> Client:
    client = Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=ip)
    sign_in(client, who)
    return client


def mark_of(client: Client) -> str:
    state = client.get("/session", headers={"Accept": "application/json"}).json()
    return fingerprint(state["session"]["member_session_id"])


def words(client: Client, page: str = "/sessions") -> str:
    plain = re.sub(r"<[^>]+>", " ", client.get(page).content.decode())
    return " ".join(plain.split())


def alive() -> int:
    return MemberSession.objects.filter(revoked_at=None).count()


def is_in(client: Client) -> bool:
    client.cookies["stytch_session_jwt"] = ""
    return client.get("/").status_code == 200


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/sessions")["Location"] == "/login?next=%2Fsessions"


def test_each_is_told_by_what_where_when_and_how(noon: TimeMachineFixture) -> None:
    """(QUALITY 45): looking needs no proof."""
    phone = signed_in(IPHONE, ip="2001:db8::7")
    add_app(phone)
    noon.move_to(NOON + timedelta(hours=2), tick=False)
    MemberSession.objects.update(expires_at=NOON + timedelta(hours=9))
    here = signed_in_beside(noon)
    page = words(here)
    assert page.count("This device") == 1
    assert page.index("Firefox on Linux This device") < page.index("Safari on iOS")
    assert "From 203.0.113.7" in page
    assert "From 2001:db8::7 · Email code, Authenticator app" in page
    assert "Started 12:00 · last seen 2 hours ago" in page


def signed_in_beside(noon: TimeMachineFixture) -> Client:
    """As somebody whose account asks for no second step at sign-in."""
    Member.objects.filter(email_address=MEMBER).update(mfa_enrolled=False)
    return signed_in()


def test_no_session_is_named_by_its_id_or_token() -> None:
    client = signed_in()
    html = client.get("/sessions").content.decode()
    for session in MemberSession.objects.all():
        assert session.member_session_id not in html
    assert client.cookies["stytch_session"].value not in html


def test_this_machine_and_a_place_are_said_in_words(settings: Settings) -> None:
    settings.PLACE_OF_ADDRESS = "tests.accounts.test_sessions.lisbon"
    here = signed_in(ip="::1")
    signed_in(ip="198.51.100.4")
    page = words(here)
    assert "From this machine" in page
    assert "From Lisbon (198.51.100.4)" in page


def lisbon(address: str) -> str:
    return "Lisbon" if address.startswith("198.") else ""


def test_a_session_made_elsewhere_comes_from_an_unknown_browser() -> None:
    client = signed_in()
    MemberSession.objects.update(custom_claims={"foyer_device": "gAAAA", "plan": "gold"})
    assert "Unknown browser" in words(client)


def test_one_is_ended_after_it_was_named() -> None:
    here, phone = signed_in(), signed_in(IPHONE)
    page = f"/sessions/{mark_of(phone)}/end"
    assert "End the session on Safari on iOS?" in words(here, page)
    assert alive() == 2
    assert post(here, page)["Location"] == "/sessions"
    assert "The session is ended: Safari on iOS." in words(here)
    assert not is_in(phone)
    assert is_in(here)


def test_all_others_are_ended_at_once() -> None:
    """(QUALITY 43)"""
    here, phone, third = signed_in(), signed_in(IPHONE), signed_in()
    assert post(here, "/sessions/others")["Location"] == "/sessions"
    assert "You’re signed in here and nowhere else." in words(here)
    assert (is_in(phone), is_in(third), is_in(here)) == (False, False, True)


def test_ones_own_is_ended_by_signing_out() -> None:
    here = signed_in()
    assert post(here, f"/sessions/{mark_of(here)}/end")["Location"] == "/logout"
    assert is_in(here)


@pytest.mark.parametrize("which", ["0" * 12, "not-one"])
def test_what_is_not_there_is_not_found(which: str) -> None:
    here = signed_in()
    assert here.get(f"/sessions/{which}/end").status_code == 404
    assert post(here, f"/sessions/{which}/end").status_code == 404


def test_nobody_ends_a_session_of_somebody_else() -> None:
    """(QUALITY 53): not even an admin from their own list."""
    theirs, admin = signed_in(), signed_in(who=ADMIN)
    page = f"/sessions/{mark_of(theirs)}/end"
    assert admin.get(page).status_code == 404
    assert post(admin, page).status_code == 404
    assert is_in(theirs)


@pytest.mark.parametrize("page", ["/sessions/others", "/sessions/{}/end"])
def test_ending_asks_for_a_fresh_factor(noon: TimeMachineFixture, page: str) -> None:
    """(QUALITY 45)"""
    here, phone = signed_in(), signed_in(IPHONE)
    path = page.format(mark_of(phone))
    noon.move_to(NOON + timedelta(minutes=6), tick=False)
    assert "Prove that it’s you" in post(here, path).content.decode()
    assert is_in(phone)


def test_a_page_of_another_organization_ends_nothing() -> None:
    """(QUALITY 54)"""
    here, phone = signed_in(), signed_in(IPHONE)
    answer = here.post("/sessions/others", {"organization_id": "elsewhere"})
    assert answer.status_code == 409
    assert is_in(phone)


def test_one_that_ended_meanwhile_is_ended(db: None) -> None:
    finish(session("member-session-test-0"))


def session(name: str, minutes: int = 0) -> entities.MemberSession:
    seen = NOON + timedelta(minutes=minutes)
    return entities.MemberSession(name, "m", "o", "o", NOON, seen, NOON + timedelta(hours=1))


def test_the_list_begins_with_this_device_then_the_newest() -> None:
    found = session_rows.rows([session("a", 1), session("b", 3), session("c", 2)], here="a")
    assert [each.session.member_session_id for each in found] == ["a", "b", "c"]


def test_the_security_page_and_the_menu_lead_there() -> None:
    here = signed_in()
    assert here.get("/security").content.decode().count('href="/sessions"') == 2
    assert 'href="/sessions"' in here.get("/").content.decode()
