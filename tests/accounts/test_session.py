"""The state of this session, and the heartbeat that keeps it fresh."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import transports
from tests.signing_in import ADMIN, MEMBER, ask_for_code, newest_code, sign_in, switch

pytestmark = pytest.mark.usefixtures("demo")

AUTHENTICATE = "/v1/b2b/sessions/authenticate"


def test_a_page_for_people(client: Client) -> None:
    sign_in(client, MEMBER)
    assert "Your session in Acme" in client.get("/session").content.decode()


def test_json_for_scripts_without_any_token(client: Client) -> None:
    """(QUALITY 4)"""
    sign_in(client, MEMBER)
    answer = client.get("/session", headers={"Accept": "application/json"})
    state = answer.json()
    assert state["state"] == "signed_in"
    assert state["organization_name"] == "Acme"
    assert state["session"]["email_address"] == MEMBER
    assert state["session"]["authentication_factors"][0]["type"] == "email_otp"
    for name in ("stytch_session", "stytch_session_jwt"):
        assert client.cookies[name].value not in answer.content.decode()


def test_json_for_a_stranger_says_so(client: Client) -> None:
    answer = client.get("/session", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json() == {"state": "signed_out", "is_initialized": True, "session": None}


def test_the_page_asks_a_stranger_to_sign_in(client: Client) -> None:
    assert client.get("/session")["Location"] == "/login?next=%2Fsession"


def test_a_beat_with_a_young_jwt_is_answered_here(client: Client, through) -> None:
    """So that N tabs cost one call a period, not N (QUALITY 66)."""
    sign_in(client, MEMBER)
    calls = through(transports.Counting())
    client.get("/")
    calls.paths.clear()
    for _ in range(5):
        assert beat(client).status_code == 200
    assert calls.paths == []


def test_a_beat_that_is_due_renews_once_for_all_tabs(client: Client, through) -> None:
    sign_in(client, MEMBER)
    before = client.cookies["stytch_session_jwt"].value
    ends = client.get("/session", headers={"Accept": "application/json"}).json()
    calls = through(transports.Counting())
    with time_machine.travel(timezone.now() + timedelta(seconds=181), tick=False):
        for _ in range(4):
            assert 'hx-trigger="every' in beat(client).content.decode()
        after = client.get("/session", headers={"Accept": "application/json"}).json()
    assert calls.paths.count(AUTHENTICATE) == 1
    assert client.cookies["stytch_session_jwt"].value != before
    assert after["session"]["expires_at"] == ends["session"]["expires_at"]


def test_the_next_beat_comes_when_the_jwt_needs_it(client: Client) -> None:
    sign_in(client, MEMBER)
    with time_machine.travel(timezone.now() + timedelta(seconds=100), tick=False):
        assert 75 <= seconds(beat(client)) <= 82


def test_the_last_beat_comes_with_the_end(client: Client) -> None:
    sign_in(client, MEMBER)
    with time_machine.travel(timezone.now() + timedelta(minutes=58, seconds=30), tick=False):
        assert seconds(beat(client)) <= 92


def test_polling_never_keeps_a_session_alive(client: Client) -> None:
    """(QUALITY 36)"""
    sign_in(client, MEMBER)
    begun = timezone.now()
    for minutes in range(3, 60, 3):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            assert 'hx-trigger="every' in beat(client).content.decode()
    with time_machine.travel(begun + timedelta(minutes=61), tick=False):
        assert "You’ve been signed out" in beat(client).content.decode()


def test_a_session_ended_elsewhere_is_said_and_polling_stops(client: Client) -> None:
    sign_in(client, MEMBER)
    copy = Client()
    copy.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    copy.post("/logout")
    with time_machine.travel(timezone.now() + timedelta(seconds=200), tick=False):
        page = beat(client).content.decode()
    assert "This session was ended on another device" in page
    assert "hx-trigger" not in page


def test_an_outage_keeps_everyone_signed_in(client: Client, through) -> None:
    """(QUALITY 63)"""
    sign_in(client, MEMBER)
    client.get("/")
    session = client.cookies["stytch_session"].value
    through(transports.OnlyKeys())
    with time_machine.travel(timezone.now() + timedelta(seconds=200), tick=False):
        answer = beat(client)
    assert answer.status_code == 503
    assert not [name for name in answer.cookies if name.startswith("stytch")]
    assert client.cookies["stytch_session"].value == session


def test_a_beat_does_not_lose_a_step_in_progress(client: Client) -> None:
    """(QUALITY 52)"""
    sign_in(client, ADMIN)
    switch(client, "Globex")
    with time_machine.travel(timezone.now() + timedelta(seconds=200), tick=False):
        beat(client)
        assert "asks for a second step" in client.get("/second-factor").content.decode()


def test_a_beat_without_a_session_says_it_is_over(client: Client) -> None:
    page = beat(client).content.decode()
    assert "You’ve been signed out" in page


def test_a_beat_after_signing_out_brings_nothing_back(client: Client) -> None:
    """(QUALITY 40)"""
    sign_in(client, MEMBER)
    client.post("/logout")
    beat(client)
    assert client.get("/")["Location"] == "/login"


def test_a_beat_only_by_post(client: Client) -> None:
    """(QUALITY 20)"""
    assert client.get("/session/refresh").status_code == 405


def test_signing_in_again_gives_another_session(client: Client) -> None:
    """(QUALITY 31)"""
    sign_in(client, MEMBER)
    first = client.cookies["stytch_session"].value
    client.post("/logout")
    ask_for_code(client, MEMBER)
    client.post("/login/code", {"code": newest_code(MEMBER)})
    assert client.cookies["stytch_session"].value != first


def beat(client: Client):
    return client.post("/session/refresh", headers={"HX-Request": "true"})


def seconds(answer) -> int:
    found = re.search(r"every (\d+)s", answer.content.decode())
    assert found, "no next beat"
    return int(found[1])
