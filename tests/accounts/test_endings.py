"""Every way a session can end, and what becomes of whoever is there: four places, one table."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import endings
from accounts.client.errors import SessionExpired
from accounts.client.tokens import Tokens
from identity import keys
from identity.models import Member
from identity.operations import members, organizations
from tests import transports
from tests.signing_in import ADMIN, MEMBER, here, sign_in

pytestmark = pytest.mark.usefixtures("demo")

STALE = timedelta(minutes=6)  # past every JWT
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}
OURS = ("stytch_session", "stytch_session_jwt", "stytch_session_stamp")


@dataclass(frozen=True)
class Place:
    """One browser with a page open; `other` has a copy of its cookies, as another tab has."""

    client: Client
    other: Client
    organization_id: str


def time_passes(place: Place) -> timedelta:
    """Browsers throw the cookies away by themselves."""
    for name in OURS:
        place.client.cookies.pop(name, None)
    return timedelta(hours=1, seconds=1)


def time_passes_and_the_token_stays(place: Place) -> timedelta:
    """By a second, as the cookies of one session don't go in one instant."""
    for name in OURS[1:]:
        del place.client.cookies[name]
    return timedelta(hours=1)


def time_passes_and_all_stay(place: Place) -> timedelta:
    return timedelta(hours=1)


def nobody_uses_it(place: Place) -> timedelta:
    return timedelta(minutes=31)


def signed_out_in_another_tab(place: Place) -> timedelta:
    place.other.post("/logout")
    place.client.cookies = place.other.cookies  # tabs of one browser
    return STALE


def signed_out_on_another_device(place: Place) -> timedelta:
    place.other.post("/logout")
    return STALE


def an_admin_ends_it(place: Place) -> timedelta:
    members.end_sessions(member=who(), now=timezone.now())
    return STALE


def the_member_is_removed(place: Place) -> timedelta:
    members.delete(member=who(), now=timezone.now())
    return STALE


def the_organization_is_removed(place: Place) -> timedelta:
    organizations.delete(organization=who().organization, now=timezone.now())
    return STALE


def who() -> Member:
    return Member.objects.select_related("organization").get(email_address=MEMBER)


# How it ends, and why as far as anybody can know.
WAYS: list[tuple[Callable[[Place], timedelta], str]] = [
    (time_passes, "expired"),
    (time_passes_and_the_token_stays, "expired"),
    (time_passes_and_all_stay, "expired"),
    (nobody_uses_it, "idle"),
    (signed_out_in_another_tab, ""),
    (signed_out_on_another_device, "ended"),
    (an_admin_ends_it, "ended"),
    (the_member_is_removed, "removed"),
    (the_organization_is_removed, "ended"),
]
every_way = pytest.mark.parametrize(("way", "reason"), WAYS, ids=[way.__name__ for way, _ in WAYS])


@pytest.fixture
def over(client: Client, settings: Settings) -> Any:
    """`over(way)` ends the session of a browser in that way; the clock stands after it."""
    settings.SESSION_EXTEND_ON_ACTIVITY = False
    travel = time_machine.travel(timezone.now(), tick=False)
    traveller = travel.start()

    def end(way: Callable[[Place], timedelta]) -> Client:
        if way is nobody_uses_it:
            settings.SESSION_IDLE_MINUTES = 30
        sign_in(client, MEMBER)
        other = Client()
        other.cookies = copied(client)
        traveller.shift(way(Place(client, other, here(client))))
        return client

    yield end
    travel.stop()


def copied(client: Client) -> Any:
    copy = SimpleCookie()
    copy.load({name: morsel.value for name, morsel in client.cookies.items()})
    return copy


@every_way
def test_an_open_tab_says_why_and_beats_no_more(over: Any, way: Any, reason: str) -> None:
    """(QUALITY 102)"""
    page = over(way).post("/session/refresh", headers=HTMX).content.decode()
    assert "You’ve been signed out" in page
    assert endings.say(reason) in page
    assert "What you typed is still here" in page
    assert "hx-trigger" not in page


@every_way
def test_the_next_click_leads_to_the_sign_in_and_says_why(over: Any, way: Any, reason: str) -> None:
    client = over(way)
    answer = client.get("/security")
    assert answer["Location"] == "/login?next=%2Fsecurity"
    door = client.get(answer["Location"]).content.decode()
    assert [words for words in endings.NOTICES.values() if words in door] == [
        endings.NOTICES[reason] for _ in [1] if reason
    ]
    assert 'value="/security"' in door
    assert left(client) == []


@every_way
def test_a_form_that_is_sent_then_keeps_what_was_typed(over: Any, way: Any, reason: str) -> None:
    client = over(way)
    fields = {"title": "Plans for May", "text": "half a page", "organization_id": "o-1"}
    answer = client.post("/documents/new", fields)
    if not reason:  # signed out by hand, in this browser: nobody is surprised
        assert answer["Location"].startswith("/login")
        return
    page = answer.content.decode()
    assert answer.status_code == 401
    assert endings.say(reason) in page
    assert "Nothing was done yet." in page
    assert 'action="/documents/new"' in page
    assert all(f'value="{value}"' in page for value in fields.values())
    assert left(client) == []


@every_way
def test_under_htmx_the_page_keeps_it(over: Any, way: Any, reason: str) -> None:
    answer = over(way).post("/documents/new", {"title": "Plans"}, headers=HTMX)
    if not reason:
        assert answer["HX-Redirect"].startswith("/login")
        return
    assert (answer.status_code, answer["HX-Reswap"]) == (401, "none")
    assert endings.say(reason) in answer.content.decode()
    assert "<html" not in answer.content.decode()


@every_way
@pytest.mark.parametrize("path", ["/session", "/documents"])
def test_a_script_is_told_in_json(over: Any, way: Any, reason: str, path: str) -> None:
    client = over(way)
    answer = client.get(path, headers=JSON)
    told = {"state": "signed_out", "is_initialized": True, "session": None}
    assert answer.status_code == 401
    assert answer.json() == told | ({"reason": reason} if reason else {})
    assert left(client) == []


def left(client: Client) -> list[str]:
    return [name for name in OURS if name in client.cookies and client.cookies[name].value]


def test_a_secret_that_was_typed_is_written_into_no_page(over: Any) -> None:
    client = over(an_admin_ends_it)
    sent = {"password": "correct horse", "organization_id": "o-1"}
    page = client.post("/security/password", sent).content.decode()
    assert "correct horse" not in page
    assert "asks for them once more" in page


def test_a_key_that_is_rotated_away_ends_nothing(client: Client) -> None:
    """The JWT counts no more; the session, which the service knows, does."""
    sign_in(client, MEMBER)
    keys.rotate(now=timezone.now(), revoke=True)
    with time_machine.travel(timezone.now() + STALE, tick=False):
        page = client.post("/session/refresh", headers=HTMX).content.decode()
        assert 'hx-trigger="every' in page
        assert client.get("/security").status_code == 200
        assert client.post("/session/extend")["Location"] == "/"
        assert client.get("/session", headers=JSON).json()["state"] == "signed_in"


def test_a_silent_service_ends_nothing(client: Client, through: Any) -> None:
    sign_in(client, MEMBER)
    organization_id = here(client)
    held = copied(client)
    through(transports.OnlyKeys())
    with time_machine.travel(timezone.now() + STALE, tick=False):
        for answer in (
            client.post("/session/refresh", headers=HTMX),
            client.get("/security"),
            client.post("/documents/new", {"organization_id": organization_id, "title": "x"}),
            client.get("/session", headers=JSON),
        ):
            assert answer.status_code == 503
    assert {name: held[name].value for name in OURS} == {
        name: client.cookies[name].value for name in OURS
    }


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
    assert endings.read("rubbish", now=timezone.now()) is None
    assert endings.read(last.value, now=timezone.now()) is None
    assert endings.read(last.value, now=timezone.now() + timedelta(hours=2)) is not None


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
