"""How long a session lasts: its end, what moves that end and how far, and what the pages say."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from accounts import lifetime
from accounts.access import in_background
from accounts.auth import MemberRequest
from accounts.client import parse
from accounts.client.entities import Factor
from accounts.lifetime import Lifetime
from project import settings as ours, urls
from project.embedded import EmbeddedTransport
from project.environment import BASE_DIR
from tests.accounts.conftest import NOON, At
from tests.checks import both_checks
from tests.client import samples
from tests.signing_in import ADMIN, MEMBER, here, newest_code, sign_in, switch

pytestmark = pytest.mark.usefixtures("demo")

SESSION, JWT = "stytch_session", "stytch_session_jwt"
AUTHENTICATE = "/v1/b2b/sessions/authenticate"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def capped(settings: Settings) -> None:
    """An hour at a time, two and a half in all."""
    settings.SESSION_DURATION_MINUTES = 60
    settings.SESSION_MAX_MINUTES = 150


@pytest.fixture
def active(settings: Settings, capped: None) -> None:
    settings.SESSION_EXTEND_ON_ACTIVITY = True


class NoExtension(EmbeddedTransport):
    """Answers as ever, unless it is asked to move the end of a session."""

    def __init__(self, answer: httpx.Response | None = None) -> None:
        super().__init__()
        self.answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if b"session_duration_minutes" not in request.read():
            return super().handle_request(request)
        if self.answer is None:
            raise httpx.ConnectError("connection refused", request=request)
        return self.answer


def minutes_left(client: Client, now: float) -> float:
    state = client.get("/session", headers={"Accept": "application/json"}).json()
    ends = datetime.fromisoformat(state["session"]["expires_at"])
    return (ends - NOON).total_seconds() / 60 - now


def copy_of(client: Client) -> Client:
    copy = Client()
    copy.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    return copy


def extend(client: Client, **more: Any) -> Any:
    return client.post("/session/extend", **more)


def beat(client: Client) -> str:
    return client.post("/session/refresh", headers=HTMX).content.decode()


def told(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-(left|kind)="([^"]+)"', page))


@both_checks
def test_a_press_moves_the_end(client: Client, at: At, capped: None) -> None:
    sign_in(client, MEMBER)
    at(58)
    answer = extend(client, data={"next": "/security"})
    assert answer["Location"] == "/security"
    assert minutes_left(client, 58) == 60
    assert "You stay signed in until 13:58." in client.get("/security").content.decode()


def test_under_htmx_the_next_heartbeat_is_the_answer(client: Client, at: At, capped: None) -> None:
    sign_in(client, MEMBER)
    at(58.5)
    assert told(beat(client)) == {"left": "90", "kind": "end"}
    page = extend(client, headers=HTMX).content.decode()
    assert 'id="heartbeat"' in page
    assert told(page) == {"left": "3600", "kind": "end"}


def test_a_moved_end_writes_the_session_cookie_and_no_jwt(
    client: Client, at: At, capped: None
) -> None:
    """So that a late answer can't bring a session back (accounts.stamps, QUALITY 40)."""
    sign_in(client, MEMBER)
    at(58)
    answer = extend(client)
    assert answer.cookies[SESSION]["max-age"] == 3600 + 1  # Django rounds up
    assert not answer.cookies[JWT].value


@both_checks
def test_an_end_moved_twice_is_written_twice(client: Client, at: At, capped: None) -> None:
    """The second request brings no JWT and no stamp: the first one's answer took them away."""
    sign_in(client, MEMBER)
    for now in (58, 60):
        at(now)
        assert extend(client).cookies[SESSION]["max-age"] == 3600 + 1
    assert "max-age" not in client.get("/").cookies.get(SESSION, {})


@both_checks
def test_the_end_moves_up_to_the_limit_and_no_further(client: Client, at: At, capped: None) -> None:
    """Whatever the activity (QUALITY 36)."""
    sign_in(client, MEMBER)
    for now, left in ((58, 60), (116, 34), (148, 2)):
        at(now)
        extend(client)
        assert minutes_left(client, now) == left
    assert told(beat(client)) == {"left": "120", "kind": "limit"}
    at(150.2)  # clocks may differ by ten seconds
    assert client.get("/")["Location"] == "/login"


def test_a_press_that_gains_nothing_moves_nothing(client: Client, at: At, capped: None) -> None:
    """But whether the session still lives the service is asked all the same."""
    sign_in(client, MEMBER)
    answer = extend(client)
    assert SESSION not in answer.cookies
    copy = copy_of(client)
    copy.post("/logout")
    assert extend(client)["Location"] == "/login"


def test_a_longer_session_is_not_cut_short(
    client: Client, at: At, settings: Settings, capped: None
) -> None:
    settings.SESSION_DURATION_MINUTES = 120
    sign_in(client, MEMBER)
    settings.SESSION_DURATION_MINUTES = 60
    at(5)
    extend(client)
    assert minutes_left(client, 5) == 115


def test_what_is_over_is_not_extended(client: Client, at: At, capped: None) -> None:
    sign_in(client, MEMBER)
    at(61)
    page = extend(client, headers=HTMX).content.decode()
    assert "You’ve been signed out" in page
    assert "This session came to its end." in page
    assert extend(client)["Location"] == "/login"
    assert not client.cookies[SESSION].value


def test_what_was_ended_elsewhere_is_not_extended(client: Client, at: At, capped: None) -> None:
    """Though its JWT verifies here for minutes yet."""
    sign_in(client, MEMBER)
    copy = copy_of(client)
    at(2)
    copy.post("/logout")
    assert "ended on another device" in extend(client, headers=HTMX).content.decode()


def test_a_stranger_has_nothing_to_extend(client: Client, db: None) -> None:
    assert extend(client)["Location"] == "/login"


@pytest.mark.parametrize("answer", [None, httpx.Response(500), httpx.Response(403, json={})])
def test_an_outage_while_extending_leaves_everything(
    client: Client, at: At, capped: None, through: Any, answer: httpx.Response | None
) -> None:
    """(QUALITY 63)"""
    sign_in(client, MEMBER)
    at(58)
    before = minutes_left(client, 58)
    through(NoExtension(answer))
    for headers in (HTMX, {}):
        refused = extend(client, headers=headers)
        assert refused.status_code == 503
        assert SESSION not in refused.cookies
    assert minutes_left(client, 58) == before


def test_only_a_post_extends(client: Client) -> None:
    """(QUALITY 20)"""
    assert client.get("/session/extend").status_code == 405


def test_it_leads_nowhere_else(client: Client) -> None:
    """(QUALITY 33)"""
    sign_in(client, MEMBER)
    assert extend(client, data={"next": "//evil.example"})["Location"] == "/"


def test_activity_moves_no_end_unless_the_settings_say_so(
    client: Client, at: At, capped: None
) -> None:
    """(QUALITY 36)"""
    sign_in(client, MEMBER)
    for now in range(0, 60, 5):
        at(now)
        assert client.get("/").status_code == 200
    at(60.1)
    assert client.get("/")["Location"] == "/login"


def test_activity_in_the_second_half_moves_the_end(client: Client, at: At, active: None) -> None:
    sign_in(client, MEMBER)
    at(29)
    client.get("/")
    assert minutes_left(client, 29) == 31
    at(31)
    assert told(client.get("/").content.decode())["left"] == "3600"
    assert minutes_left(client, 31) == 60


def test_no_activity_moves_it_past_the_limit(client: Client, at: At, active: None) -> None:
    """(QUALITY 36)"""
    sign_in(client, MEMBER)
    for now in range(0, 150, 10):
        at(now)
        assert client.get("/").status_code == 200
    at(150.2)
    assert client.get("/")["Location"] == "/login"


def test_polling_is_no_activity(client: Client, at: At, active: None) -> None:
    sign_in(client, MEMBER)
    for now in range(3, 60, 3):
        at(now)
        assert "hx-trigger" in beat(client)
    at(60.1)
    assert "You’ve been signed out" in beat(client)


@in_background
def poll(request: MemberRequest) -> HttpResponse:
    """A page of somebody's own that a timer asks for."""
    return HttpResponse()


urlpatterns = [path("poll", poll), *urls.urlpatterns]


def test_neither_is_a_poll_of_ones_own(
    client: Client, at: At, active: None, settings: Settings
) -> None:
    sign_in(client, MEMBER)
    settings.ROOT_URLCONF = __name__
    at(40)
    assert client.get("/poll").status_code == 200
    assert minutes_left(client, 40) == 20


def test_activity_during_an_outage_moves_nothing_and_breaks_nothing(
    client: Client, at: At, active: None, through: Any
) -> None:
    """(QUALITY 63)"""
    sign_in(client, MEMBER)
    at(40)
    through(NoExtension())
    assert client.get("/").status_code == 200
    assert minutes_left(client, 40) == 20


def test_activity_in_a_session_that_was_ended_asks_to_sign_in(
    client: Client, at: At, active: None
) -> None:
    sign_in(client, MEMBER)
    at(39)
    client.get("/session", headers={"Accept": "application/json"})
    copy = copy_of(client)
    copy.post("/logout")
    at(40)
    assert client.get("/")["Location"] == "/login"


def test_a_switch_does_not_begin_the_limit_anew(client: Client, at: At, capped: None) -> None:
    """Else going back and forth between two organizations would last for ever (QUALITY 36)."""
    sign_in(client, ADMIN)
    client.post("/organizations/proof", {"organization_id": here(client)})
    client.post("/login/code", {"code": newest_code(ADMIN)})
    fields = {"name": "Second", "slug": "", "organization_id": here(client)}
    client.post("/organizations/new", fields)
    for now, organization in ((50, "Acme"), (100, "Second"), (140, "Acme")):
        at(now)
        switch(client, organization)
    assert minutes_left(client, 140) == 10
    at(149)
    extend(client)
    assert minutes_left(client, 149) == 1


def test_a_page_near_the_end_says_so_in_words(client: Client, at: At, capped: None) -> None:
    """And offers to stay, without a script (QUALITY 37)."""
    sign_in(client, MEMBER)
    at(49)
    assert "data-session-line" not in client.get("/").content.decode()
    at(52)
    page = client.get("/security").content.decode()
    assert re.search(r"Your session ends at <time[^>]*>13:00</time>, 8 minutes after this", page)
    assert re.search(r'action="/session/extend".*?name="next" value="/security"', page, re.DOTALL)


def test_a_page_without_scripts_says_it_from_the_beginning(
    client: Client, at: At, capped: None, settings: Settings
) -> None:
    """(QUALITY 37)"""
    settings.SESSION_IDLE_MINUTES = 20
    sign_in(client, MEMBER)
    page = client.get("/").content.decode()
    said = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert said
    words = re.sub(r"<[^>]*>|\s+", " ", said[1])
    assert re.search(r"ends at +13:00 *, or at +12:20 +if you open nothing else before", words)
    assert "Stay signed in" in words


def test_at_the_limit_nothing_is_offered_that_would_not_help(
    client: Client, at: At, capped: None, settings: Settings
) -> None:
    settings.SESSION_MAX_MINUTES = 60
    sign_in(client, MEMBER)
    at(55)
    page = client.get("/").content.decode()
    line = page[page.index("data-session-line") : page.index("<dialog")]
    assert "Save what you’re doing, then sign in again." in line
    assert "/session/extend" not in line


def test_the_nearer_end_is_the_one_that_counts(
    client: Client, at: At, capped: None, settings: Settings
) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    sign_in(client, MEMBER)
    at(29)
    assert told(beat(client)) == {"left": "60", "kind": "idle"}
    client.get("/")
    at(45)
    assert told(beat(client)) == {"left": "840", "kind": "idle"}
    client.get("/")
    assert told(beat(client)) == {"left": "900", "kind": "end"}


def test_the_last_beat_comes_with_the_idle_end(
    client: Client, at: At, capped: None, settings: Settings
) -> None:
    settings.SESSION_IDLE_MINUTES = 30
    sign_in(client, MEMBER)
    at(29.5)
    assert 'hx-trigger="every 31s"' in beat(client)


def test_the_seconds_after_the_end_are_no_part_of_the_session(
    client: Client, at: At, capped: None
) -> None:
    """A JWT verifies ten seconds longer, for clocks that differ; a page must not hang there."""
    sign_in(client, MEMBER)
    at(59.9)
    assert told(beat(client))["left"] == "6"
    at(60.05)
    assert "This session came to its end." in beat(client)


def test_scripts_are_told_too(client: Client, at: At, capped: None) -> None:
    sign_in(client, MEMBER)
    state = client.get("/session", headers={"Accept": "application/json"}).json()
    assert state["lifetime"] == {
        "ends_at": "2026-11-20T13:00:00Z",
        "idle_ends_at": None,
        "seconds": 3600,
        "may_extend": True,
    }


def test_the_card_says_how_long_at_most(client: Client, at: At, capped: None) -> None:
    sign_in(client, MEMBER)
    page = client.get("/session").content.decode()
    assert re.search(r"<dt>At the latest</dt><dd><time[^>]*>Today, 14:30</time>", page)


@pytest.mark.parametrize(
    "name",
    [
        "SESSION_DURATION_MINUTES",
        "SESSION_MAX_MINUTES",
        "SESSION_IDLE_MINUTES",
        "SESSION_EXTEND_ON_ACTIVITY",
    ],
)
def test_the_limits_are_written_down_as_they_are(name: str) -> None:
    """With the rule on sessions side by side, and deviations from NIST (QUALITY 38)."""
    row = re.search(rf"^\| `{name}` \| (\S+) \|", security(), re.MULTILINE)
    assert row, f"{name} is not in SECURITY.md"
    assert row[1] == str(getattr(ours, name)).lower()


def test_the_defaults_keep_what_is_said_of_them() -> None:
    """Nobody goes an hour without doing anything, or a day without signing in (QUALITY 38)."""
    unused = ours.SESSION_IDLE_MINUTES or ours.SESSION_DURATION_MINUTES
    assert unused <= 60
    assert ours.SESSION_MAX_MINUTES <= 12 * 60
    text = security()
    for words in ("800-63B", "at the same time", "12 hours", "30 minutes", "24 hours", "one hour"):
        assert words in text


def security() -> str:
    return (BASE_DIR / "SECURITY.md").read_text()


@pytest.mark.parametrize(("minutes", "offered"), [(4.99, False), (5, True), (5.01, True)])
def test_what_the_service_can_give_is_offered_to_the_minute(minutes: float, offered: bool) -> None:
    life = Lifetime(now=NOON, ends_at=NOON, latest=NOON + timedelta(minutes=minutes))
    assert life.may_extend is offered
    assert life.kind == ("end" if offered else "limit")


def test_an_impersonation_is_not_prolonged(at: At, settings: Settings) -> None:
    """Whatever proofs stand beside it (CONTRACT 6.1): nothing is offered and nobody is asked."""
    settings.SESSION_DURATION_MINUTES, settings.SESSION_MAX_MINUTES = 60, 480
    member = parse.member_session(samples.SESSION)
    at(50)
    assert lifetime.gains(member)
    support = Factor(lifetime.IMPERSONATED, "impersonation", NOON)
    looked_at = replace(member, factors=(*member.factors, support))
    assert lifetime.latest_end(looked_at) == member.expires_at
    assert not lifetime.gains(looked_at)
