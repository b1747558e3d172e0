"""What a page's script may ask of its session, and that it is told the truth."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import endings
from identity.operations import members
from tests import transports
from tests.accounts.test_endings import OURS, who
from tests.signing_in import MEMBER, sign_in

pytestmark = pytest.mark.usefixtures("demo")

PATH = "/session/authenticate"
ASKED = "/v1/b2b/sessions/authenticate"
JSON = {"Accept": "application/json"}


@pytest.fixture
def member(client: Client) -> Client:
    sign_in(client, MEMBER)
    return client


def ask(client: Client, **body: object) -> Any:
    return client.post(PATH, body, content_type="application/json")


def test_the_service_is_asked_however_young_the_jwt(member: Client, through: Any) -> None:
    """And twice when asked twice in one moment: nobody is told what was true before."""
    calls = through(transports.Counting())
    for _ in range(2):
        answer = ask(member)
        assert answer.status_code == 200
        assert answer.json()["from_cache"] is False
    assert calls.paths.count(ASKED) == 2
    assert member.get("/session", headers=JSON).json()["from_cache"] is True


def test_it_is_the_state_that_scripts_know(member: Client) -> None:
    known = member.get("/session", headers=JSON).json()
    asked = ask(member).json()
    assert set(asked) == set(known)
    same = (
        "member_session_id",
        "member_id",
        "organization_id",
        "roles",
        "expires_at",
        "email_address",
    )
    assert {name: asked["session"][name] for name in same} == {
        name: known["session"][name] for name in same
    }
    assert set(asked["session"]) == set(known["session"])


def test_without_minutes_the_end_stays_where_it_is(member: Client) -> None:
    before = ask(member).json()["session"]["expires_at"]
    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=False):
        assert ask(member).json()["session"]["expires_at"] == before


@pytest.mark.parametrize(("wanted", "minutes"), [(60, 60), (45, 45), (600, 60)])
def test_with_minutes_it_moves_as_a_press_would_move_it(
    member: Client, wanted: int, minutes: int
) -> None:
    """As far as is wanted, and no further than the settings let anybody stay."""
    now = timezone.now() + timedelta(minutes=40)
    with time_machine.travel(now, tick=False):
        body = ask(member, session_duration_minutes=wanted).json()
    assert abs(body["lifetime"]["seconds"] - minutes * 60) <= 1
    assert body["from_cache"] is False


def test_no_session_is_cut_short(member: Client) -> None:
    body = ask(member, session_duration_minutes=5).json()
    assert body["lifetime"]["seconds"] > 3_500


def test_the_last_moment_holds_here_too(member: Client, settings: Settings) -> None:
    settings.SESSION_MAX_MINUTES = 90
    with time_machine.travel(timezone.now() + timedelta(minutes=50), tick=False):
        body = ask(member, session_duration_minutes=60).json()
    assert body["lifetime"]["seconds"] <= 40 * 60


@pytest.mark.parametrize("minutes", [4, -1, 527_041, "soon", 5.5, [60], {"a": 1}])
def test_what_is_no_duration_is_refused(member: Client, minutes: object) -> None:
    answer = ask(member, session_duration_minutes=minutes)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_session_duration_minutes"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "[" * 5000])
def test_no_object_is_no_wish(member: Client, body: str) -> None:
    assert member.post(PATH, body, content_type="application/json").status_code == 200


def test_a_form_will_do(member: Client) -> None:
    assert member.post(PATH, {"session_duration_minutes": "60"}).json()["state"] == "signed_in"


def test_a_session_that_is_over_is_a_401_and_its_cookies_go(member: Client) -> None:
    members.end_sessions(member=who(), now=timezone.now())
    answer = ask(member)
    assert (answer.status_code, answer.json()["reason"]) == (401, "ended")
    assert endings.say("ended")
    assert not [name for name in OURS if name in member.cookies and member.cookies[name].value]


def test_a_stranger_has_none(client: Client, db: None) -> None:
    assert (ask(client).status_code, ask(client).json()["session"]) == (401, None)


def test_an_outage_changes_nothing(member: Client, through: Any) -> None:
    held = {name: member.cookies[name].value for name in OURS}
    through(transports.OnlyKeys())
    for body in ({}, {"session_duration_minutes": 60}):
        assert ask(member, **body).status_code in {200, 503}
    assert ask(member).status_code == 503
    assert {name: member.cookies[name].value for name in OURS} == held


def test_other_sites_may_not(member: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = member.cookies
    assert ask(strict).status_code == 403
    assert member.get(PATH).status_code == 405


def test_a_timer_that_asks_is_no_activity(client: Client, settings: Settings) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    sign_in(client, MEMBER)
    began = timezone.now()
    for minutes in (10, 20, 29):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            assert ask(client).status_code == 200
    with time_machine.travel(began + timedelta(minutes=31), tick=False):
        assert ask(client).json()["reason"] == "idle"


def test_a_session_that_was_just_taken_over_is_not_from_the_cache(member: Client) -> None:
    """The service was asked about it a moment ago, and nothing else was."""
    token = member.cookies["stytch_session"].value
    other = Client()
    body = {"session_token": token}
    answer = other.post("/session/hydrate", body, content_type="application/json")
    assert (answer.status_code, answer.json()["from_cache"]) == (200, False)
