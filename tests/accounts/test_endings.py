"""Every way a session can end, and what becomes of whoever is there: one table, each place.

The ways are in ends.py; the natural end by a real clock is in tests/browser/test_endings.py.
"""

import html
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts import endings
from accounts.client.errors import SessionExpired
from accounts.client.tokens import Tokens
from tests import transports
from tests.accounts.ends import (
    OURS,
    an_admin_ends_it,
    copied,
    every_scare,
    every_way,
    left,
    over as over,
    time_passes,
    who,
)
from tests.checks import both_checks
from tests.signing_in import ADMIN, MEMBER, prove, sign_in

pytestmark = pytest.mark.usefixtures("demo")

HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}
TYPED = {"title": "Plans for May", "text": "half a page", "organization_id": "o-1"}


@every_way
def test_an_open_tab_says_why_and_beats_no_more(over: Any, way: Any, reason: str) -> None:
    """(QUALITY 102)"""
    page = over(way).post("/session/refresh", headers=HTMX).content.decode()
    assert "You’ve been signed out" in page
    assert endings.SAID[reason] in page
    assert "What you typed is still here" in page
    assert "hx-trigger" not in page


@every_way
def test_pressing_stay_signed_in_then_says_why(over: Any, way: Any, reason: str) -> None:
    client = over(way)
    page = client.post("/session/extend", headers=HTMX).content.decode()
    assert endings.SAID[reason] in page
    assert left(client) == []


@both_checks
@every_way
def test_the_next_click_leads_to_the_sign_in_and_says_why(over: Any, way: Any, reason: str) -> None:
    client = over(way)
    answer = client.get("/security")
    assert answer["Location"] == "/login?next=%2Fsecurity"
    door = client.get(answer["Location"]).content.decode()
    assert told(door) == [endings.NOTICES[reason]]
    assert 'value="/security"' in door
    assert left(client) == []


@every_way
def test_a_tab_that_is_opened_later_says_why_too(over: Any, way: Any, reason: str) -> None:
    """The cookies are gone by then: a beat found the session over, and its page had them cleared.

    Not one page alone: whoever has several open would find the reason used up. (QUALITY 102)
    """
    client = over(way)
    client.post("/session/refresh", headers=HTMX)
    client.get("/session?clear")
    assert left(client) == []
    for _ in range(2):
        door = client.get("/security", follow=True).content.decode()
        assert told(door) == [endings.NOTICES[reason]]
    answer = client.post("/documents/new", TYPED)
    assert endings.SAID[reason] in answer.content.decode()
    assert client.get("/session", headers=JSON).json()["reason"] == reason


@every_way
def test_signing_in_again_leads_where_the_click_was_going(over: Any, way: Any, reason: str) -> None:
    if way.__name__ in {"the_member_is_removed", "the_organization_is_removed"}:
        return  # there is nowhere to go
    client = over(way)
    door = client.get("/security")["Location"]
    assert client.get(door).status_code == 200
    assert prove(client, MEMBER, next="/security")["Location"] == "/security"
    assert client.get("/session", headers=JSON).json()["state"] == "signed_in"


@both_checks
@every_way
def test_a_form_that_is_sent_then_keeps_what_was_typed(over: Any, way: Any, reason: str) -> None:
    client = over(way)
    answer = client.post("/documents/new", TYPED)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert endings.SAID[reason] in page
    assert "Nothing was done yet." in page
    assert 'action="/documents/new"' in page
    assert all(f'value="{value}"' in page for value in TYPED.values())
    assert left(client) == []


@every_way
def test_under_htmx_the_page_keeps_it(over: Any, way: Any, reason: str) -> None:
    answer = over(way).post("/documents/new", {"title": "Plans"}, headers=HTMX)
    assert (answer.status_code, answer["HX-Reswap"]) == (401, "none")
    assert endings.SAID[reason] in answer.content.decode()
    assert "<html" not in answer.content.decode()


@every_way
@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/session"), ("get", "/documents"), ("post", "/documents/new"),
     ("post", "/session/authenticate")],
)  # fmt: skip
def test_a_script_is_told_in_json(over: Any, way: Any, reason: str, method: str, path: str) -> None:
    client = over(way)
    answer = getattr(client, method)(path, headers=JSON)
    signed_out = {"state": "signed_out", "is_initialized": True, "session": None}
    assert answer.status_code == 401
    assert answer.json() == {**signed_out, "reason": reason}
    assert left(client) == []


@every_scare
def test_an_open_tab_goes_on_when_nothing_has_ended(over: Any, way: Any, status: int) -> None:
    client = over(way)
    held = copied(client)
    answer = client.post("/session/refresh", headers=HTMX)
    assert answer.status_code == status
    assert "You’ve been signed out" not in answer.content.decode()
    assert status == 503 or 'hx-trigger="every' in answer.content.decode()
    assert client.cookies["stytch_session"].value == held["stytch_session"].value


@every_scare
def test_so_does_the_next_click(over: Any, way: Any, status: int) -> None:
    client = over(way)
    assert client.get("/security").status_code == status
    assert len(left(client)) == len(OURS)
    assert client.post("/session/extend").status_code == (302 if status == 200 else status)


@every_scare
def test_so_does_a_form(over: Any, way: Any, status: int) -> None:
    client = over(way)
    sent = {**TYPED, "organization_id": who().organization.organization_id}
    answer = client.post("/documents/new", sent)
    assert answer.status_code == (302 if status == 200 else status)
    assert status == 200 or 'value="Plans for May"' in answer.content.decode()
    assert len(left(client)) == len(OURS)


@every_scare
def test_so_does_a_script(over: Any, way: Any, status: int) -> None:
    client = over(way)
    answer = client.get("/session", headers=JSON)
    assert answer.status_code == status
    assert answer.json()["state"] == ("signed_in" if status == 200 else "refused")
    assert len(left(client)) == len(OURS)


def told(page: str) -> list[str]:
    return [words for words in endings.NOTICES.values() if words in html.unescape(page)]


def test_a_secret_that_was_typed_is_written_into_no_page(over: Any) -> None:
    client = over(an_admin_ends_it)
    sent = {"password": "correct horse", "organization_id": "o-1"}
    page = client.post("/security/password", sent).content.decode()
    assert "correct horse" not in page
    assert "asks for them once more" in page


@pytest.mark.parametrize(
    ("ended", "end_passed", "reason"),
    [
        ("", True, "expired"), ("", False, "ended"), ("expired", False, "expired"),
        ("revoked", False, "ended"), ("member_deleted", True, "removed"), ("?", False, "ended"),
    ],
)  # fmt: skip
def test_a_service_that_says_nothing_is_judged_by_the_end_it_told(
    ended: str, end_passed: bool, reason: str
) -> None:
    """Stytch says nothing; what a service says beyond what we know is nothing either."""
    no, now = SessionExpired("session_not_found", status_code=404), timezone.now()
    no.ended = ended
    ends_at = now - timedelta(seconds=1) if end_passed else now + timedelta(hours=1)
    assert endings.why(no, Tokens("t" * 44, "", ends_at), now=now) == reason


def test_signing_in_again_and_out_forgets_how_the_last_one_ended(over: Any) -> None:
    client = over(time_passes)
    sign_in(client, MEMBER)
    client.post("/logout")
    for name in OURS:
        client.cookies.pop(name, None)
    assert client.get("/")["Location"] == "/login"
    assert "its time was up" not in client.get("/login").content.decode()


def test_what_says_when_it_ends_says_no_more(over: Any) -> None:
    """(QUALITY 4)"""
    last = over(an_admin_ends_it).cookies["stytch_session_last"]
    assert last["httponly"]
    assert last["samesite"] == "Lax"
    tokens, now = Tokens("t" * 44, "", timezone.now()), timezone.now()
    assert endings.read("rubbish", None, now=now) == ""
    assert endings.read(last.value, None, now=now) == ""
    assert endings.read(last.value, None, now=now + timedelta(hours=2)) == "expired"
    assert endings.read(last.value, tokens, now=now + timedelta(hours=2)) == ""  # of another one


def test_only_who_holds_the_token_hears_why(client: Client) -> None:
    sign_in(client, ADMIN)
    token = client.cookies["stytch_session"].value
    client.post("/logout")
    project = httpx.BasicAuth(django_settings.IDENTITY_PROJECT_ID, django_settings.IDENTITY_SECRET)
    headers = {"Authorization": project._auth_header}
    asked = {"session_token": token}
    path = "/v1/b2b/sessions/authenticate"
    known = client.post(path, asked, content_type="application/json", headers=headers)
    assert known.json()["error_details"] == {"ended": "revoked"}
    asked = {"session_token": "x" * 44}
    unknown = client.post(path, asked, content_type="application/json", headers=headers)
    assert "error_details" not in unknown.json()


def test_time_is_told_by_the_next_page_too_when_the_stamp_went_first(client: Client) -> None:
    """A beat has found the session over by its token alone, and had the cookies cleared."""
    sign_in(client, MEMBER)
    for name in OURS[1:]:
        del client.cookies[name]
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        client.get("/session?clear")
        assert not client.cookies["stytch_session"].value
        page = client.get("/session", follow=True)
    assert endings.NOTICES["expired"] in html.unescape(page.content.decode())


@pytest.fixture
def beaten(over: Any) -> tuple[Client, str]:
    """A beat has just found the session over; where its page has the cookies cleared."""
    client = over(an_admin_ends_it)
    page = client.post("/session/refresh", headers=HTMX).content.decode()
    return client, html.unescape(page.split('data-state="')[1].split('"')[0])


def test_what_a_beat_found_over_is_cleared_without_another_question(
    beaten: tuple[Client, str], through: Any
) -> None:
    """The sooner it is answered, the less can happen meanwhile."""
    client, clear = beaten
    through(transports.Untouchable())
    assert client.get(clear).status_code == 204
    assert left(client) == []
    assert told(client.get("/security", follow=True).content.decode()) == [endings.NOTICES["ended"]]


def test_the_next_session_is_no_business_of_that(beaten: tuple[Client, str], through: Any) -> None:
    """It names the session that it is about, and clears no other one."""
    client, clear = beaten
    sign_in(client, MEMBER)
    held = copied(client)
    through(transports.Untouchable())
    assert client.get(clear).status_code == 200
    assert {name: held[name].value for name in OURS} == {
        name: client.cookies[name].value for name in OURS
    }


@pytest.mark.parametrize("forged", ["rubbish", "last"])
def test_nobody_else_can_say_that_a_session_is_over(client: Client, forged: str) -> None:
    sign_in(client, MEMBER)
    word = client.cookies["stytch_session_last"].value if forged == "last" else forged
    client.get("/session", {"clear": word})
    assert len(left(client)) == len(OURS)
