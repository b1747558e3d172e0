"""What a team's own code hears of sessions: each thing once, with who and why."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.dispatch import Signal
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import signals
from accounts.client.entities import MemberSession
from identity.operations import members
from tests.accounts.ends import STALE, copied, who
from tests.checks import both_checks
from tests.identity.people import member, organization
from tests.signing_in import ADMIN, MEMBER, ask_for_code, here, newest_code, sign_in, target

pytestmark = [pytest.mark.usefixtures("demo"), both_checks]

NAMES = ("session_started", "session_switched", "session_extended", "session_ended")
Heard = list[tuple[str, str, str]]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Name, reason and the member's address of every signal."""
    found: Heard = []
    receivers = []
    for name in NAMES:
        signal: Signal = getattr(signals, name)

        def receive(
            sender: Any,
            *,
            request: Any,
            member: MemberSession,
            reason: str,
            _name: str = name,
            **_: Any,
        ) -> None:
            assert request.path
            found.append((_name, reason, member.email_address))

        signal.connect(receive)
        receivers.append((signal, receive))
    yield found
    for signal, receive in receivers:
        signal.disconnect(receive)


def test_signing_in_and_out(client: Client, heard: Heard) -> None:
    sign_in(client, MEMBER)
    client.post("/logout")
    client.post("/logout")
    assert heard == [
        ("session_started", "email_otp", MEMBER),
        ("session_ended", "signed_out", MEMBER),
    ]


def test_a_code_that_is_posted_twice_begins_one_session(client: Client, heard: Heard) -> None:
    ask_for_code(client, MEMBER)
    twin = Client()
    twin.cookies = copied(client)
    code = {"code": newest_code(MEMBER)}
    for each in (client, twin):
        assert each.post("/login/code", code)["Location"] == "/"
    assert [name for name, *_ in heard] == ["session_started"]


def test_one_more_factor_begins_nothing(client: Client, heard: Heard) -> None:
    sign_in(client, MEMBER)
    heard.clear()
    ours = {"organization_id": here(client)}
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        asked = client.get("/verify?next=/security/review").content.decode()
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked))
        client.post("/verify/code", hidden | ours)
        client.post("/verify", hidden | ours | {"code": newest_code(MEMBER)})
    assert heard == []


def test_a_switch_is_one_thing_and_not_two(client: Client, heard: Heard) -> None:
    before: list[MemberSession] = []

    def receive(sender: Any, **told: Any) -> None:
        before.append(told["before"])

    signals.session_switched.connect(receive)
    sign_in(client, ADMIN)
    member(organization("Southwind"), ADMIN)
    was = here(client)
    heard.clear()
    client.post(
        "/switch", {"target": target(client, "Southwind", "/switch"), "organization_id": was}
    )
    signals.session_switched.disconnect(receive)
    assert heard == [("session_switched", "switched", ADMIN)]
    assert [each.organization_id for each in before] == [was]


def test_who_signs_in_over_somebody_replaces_them(client: Client, heard: Heard) -> None:
    ask_for_code(client, ADMIN)
    in_another_tab = Client()
    sign_in(in_another_tab, MEMBER)
    for name, morsel in in_another_tab.cookies.items():
        if name in {"stytch_session", "stytch_session_jwt", "stytch_session_stamp"}:
            client.cookies[name] = morsel.value
    heard.clear()
    client.post("/login/code", {"code": newest_code(ADMIN)})
    page = client.get("/organizations").content.decode()
    acme = page.partition('name="target" value="')[2].partition('"')[0]
    client.post("/organizations/choose", {"target": acme})
    assert ("session_ended", "replaced", MEMBER) in heard
    assert heard[-1][0] == "session_started"


def test_an_end_that_is_moved_is_told_with_why(
    client: Client, heard: Heard, settings: Settings
) -> None:
    sign_in(client, MEMBER)
    heard.clear()
    began = timezone.now()
    with time_machine.travel(began + timedelta(minutes=40), tick=False):
        client.post("/session/extend")
        client.post("/session/extend")  # gains nothing
        client.post("/session/refresh")
    settings.SESSION_EXTEND_ON_ACTIVITY = True
    with time_machine.travel(began + timedelta(minutes=80), tick=False):
        client.get("/")
    assert heard == [
        ("session_extended", "asked", MEMBER),
        ("session_extended", "activity", MEMBER),
    ]


@pytest.mark.parametrize("tabs", [1, 3])
def test_an_end_that_an_admin_brings_about_is_told_once(
    client: Client, heard: Heard, tabs: int
) -> None:
    """However many tabs of the browser find it, and though the JWT is past its time."""
    sign_in(client, MEMBER)
    members.end_sessions(member=who(), now=timezone.now())
    heard.clear()
    with time_machine.travel(timezone.now() + STALE, tick=False):
        for _ in range(tabs):
            tab = Client()
            tab.cookies = copied(client)
            tab.post("/session/refresh")
        client.get("/")
    assert heard == [("session_ended", "ended", MEMBER)]


def test_a_receiver_that_fails_signs_nobody_out_and_lets_nobody_stay(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(sender: Any, **told: Any) -> None:
        raise RuntimeError("a team's bug")

    for signal in (signals.session_started, signals.session_ended):
        signal.connect(fail)
    try:
        sign_in(client, MEMBER)
        assert client.get("/").status_code == 200
        client.post("/logout")
        assert client.get("/")["Location"] == "/login"
    finally:
        for signal in (signals.session_started, signals.session_ended):
            signal.disconnect(fail)
    assert "a team's bug" in caplog.text
