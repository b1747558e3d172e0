"""The idle limit: who feeds it, who finds it passed, and what becomes of the session then."""

import secrets
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import idleness
from accounts.client import parse
from accounts.client.entities import Factor
from accounts.client.tokens import Tokens
from tests import transports
from tests.accounts.backend import Backend
from tests.accounts.browser import Browser, set_by
from tests.accounts.conftest import NOON, At
from tests.client import samples
from tests.signing_in import MEMBER, sign_in

pytestmark = pytest.mark.usefixtures("demo", "idle")

LIMIT = 30  # minutes
SESSION, SEEN = "stytch_session", "stytch_session_seen"
REVOKE = "/v1/b2b/sessions/revoke"


@pytest.fixture
def idle(settings: Settings) -> None:
    settings.SESSION_IDLE_MINUTES = LIMIT
    settings.SESSION_DURATION_MINUTES = settings.SESSION_MAX_MINUTES = 480


def beat(client: Client):
    return client.post("/session/refresh", headers={"HX-Request": "true"})


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def copy_of(client: Client) -> Client:
    copy = Client()
    copy.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    return copy


def test_polling_never_feeds_it(client: Client, at: At) -> None:
    """A tab that polls for longer than the limit is signed out by its poll (QUALITY 35)."""
    sign_in(client, MEMBER)
    for minutes in range(3, LIMIT, 3):
        at(minutes)
        answer = beat(client)
        assert 'hx-trigger="every' in answer.content.decode()
        assert SEEN not in answer.cookies
    at(LIMIT)
    page = beat(client).content.decode()
    assert "Nobody used this session for a while." in page
    assert "hx-trigger" not in page
    assert not is_in(client)


def test_a_script_that_reads_the_state_does_not_feed_it(client: Client, at: At) -> None:
    """(QUALITY 35)"""
    sign_in(client, MEMBER)
    for minutes in (10, 20, LIMIT - 1):
        at(minutes)
        client.get("/session", headers={"Accept": "application/json"})
    at(LIMIT)
    answer = client.get("/session", headers={"Accept": "application/json"})
    assert answer.status_code == 401


def test_a_poll_that_finds_it_passed_ends_the_session_at_the_service(
    client: Client, at: At, settings: Settings
) -> None:
    """So that a copy of its cookies is worth nothing either, whoever doesn't ask for the limit."""
    sign_in(client, MEMBER)
    copy = copy_of(client)
    at(LIMIT)
    beat(client)
    settings.SESSION_IDLE_MINUTES = 0
    assert not is_in(copy)


def test_what_a_person_asks_for_feeds_it(client: Client, at: At) -> None:
    sign_in(client, MEMBER)
    for minutes in range(0, 480 - 25, 25):
        at(minutes)
        assert is_in(client)


def test_a_part_of_a_page_that_a_person_typed_for_feeds_it(client: Client, at: At) -> None:
    """Though that view asks for no member."""
    sign_in(client, MEMBER)
    at(20)
    strength = reverse("accounts:password_strength")
    assert SEEN in client.post(strength, {"password": "half a word"}).cookies
    at(40)
    assert is_in(client)


def test_what_is_refused_before_any_view_feeds_nothing(at: At) -> None:
    """A beat with a stale form token, over and over, or another site's attempts (QUALITY 35)."""
    client = Client(enforce_csrf_checks=True)
    plain = Client()
    sign_in(plain, MEMBER)
    client.cookies = plain.cookies
    at(20)
    answer = client.post("/session/refresh", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert SEEN not in answer.cookies
    assert SEEN not in client.get("/nowhere").cookies


def test_it_is_written_once_a_minute_at_most(client: Client, at: At) -> None:
    sign_in(client, MEMBER)
    written = []
    for second in range(0, 180, 10):
        at(second / 60)
        if SEEN in client.get("/").cookies:
            written.append(second)
    assert written == [60, 120]


def test_it_holds_to_the_minute_and_never_late(client: Client, at: At) -> None:
    sign_in(client, MEMBER)
    at(0.9)
    client.get("/")
    at(LIMIT - 0.1)
    assert is_in(copy_of(client))
    at(LIMIT)
    assert not is_in(client)


def test_who_comes_back_is_told_why(client: Client, at: At) -> None:
    sign_in(client, MEMBER)
    at(LIMIT)
    answer = client.get("/session", follow=True)
    assert answer.redirect_chain[0][0] == "/login?next=%2Fsession"
    assert "because nobody used this session for a while" in answer.content.decode()
    assert SESSION not in {name for name, morsel in client.cookies.items() if morsel.value}


def test_signing_in_begins_anew(client: Client, at: At) -> None:
    """Though the cookies of the session that is over are still there."""
    sign_in(client, MEMBER)
    at(LIMIT)
    beat(client)
    sign_in(client, MEMBER)
    assert is_in(client)


@pytest.mark.parametrize("cookie", ["", "garbled", "another's"])
def test_without_the_cookie_the_last_proof_counts(client: Client, at: At, cookie: str) -> None:
    """Taking it away gains nothing; who has just signed in elsewhere goes on (QUALITY 35)."""
    sign_in(client, MEMBER)
    other = Tokens("o" * 44, "", NOON)
    value = idleness.seal(other, NOON + timedelta(hours=1)) if cookie == "another's" else cookie
    at(LIMIT - 5)
    client.get("/")
    client.cookies[SEEN] = value
    assert 'data-left="300"' in beat(client).content.decode()
    at(LIMIT - 1)
    assert is_in(copy_of(client))
    at(LIMIT)
    assert not is_in(client)


def test_a_copy_of_an_older_cookie_ends_it_sooner(client: Client, at: At) -> None:
    sign_in(client, MEMBER)
    older = client.cookies[SEEN].value
    at(20)
    client.get("/")
    client.cookies[SEEN] = older
    at(LIMIT)
    assert not is_in(client)


def test_it_holds_when_the_service_is_silent(client: Client, at: At, through) -> None:
    """Whether somebody was here is ours to know: an outage opens no door (QUALITY 35, 64)."""
    sign_in(client, MEMBER)
    client.get("/")
    at(LIMIT)
    through(transports.OnlyKeys())
    assert "Nobody used this session" in beat(client).content.decode()
    assert client.get("/")["Location"] == "/login"


def test_an_outage_within_the_limit_signs_nobody_out(client: Client, at: At, through) -> None:
    """(QUALITY 63)"""
    sign_in(client, MEMBER)
    client.get("/")
    through(transports.OnlyKeys())
    at(LIMIT - 1)
    assert beat(client).status_code == 503
    assert client.get("/").status_code == 503
    assert client.cookies[SESSION].value


def test_it_costs_no_call_and_no_query(
    client: Client, at: At, through, django_assert_num_queries
) -> None:
    sign_in(client, MEMBER)
    client.get("/")
    calls = through(transports.Counting())
    client.get("/")
    calls.paths.clear()
    at(2)
    with django_assert_num_queries(0):
        assert is_in(client)
    assert calls.paths == []


def test_without_a_limit_there_is_no_cookie(client: Client, at: At, settings) -> None:
    settings.SESSION_IDLE_MINUTES = 0
    sign_in(client, MEMBER)
    at(200)
    assert is_in(client)
    assert SEEN not in client.cookies


def test_the_cookie_tells_a_reader_nothing_and_goes_with_the_session(
    client: Client, at: At
) -> None:
    """(QUALITY 1, 4, 8)"""
    sign_in(client, MEMBER)
    morsel = client.cookies[SEEN]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert client.cookies[SESSION].value not in morsel.value
    assert not set_by(client.post("/logout"))[SEEN].value


def test_the_card_says_what_the_limit_is(client: Client, at: At) -> None:
    sign_in(client, MEMBER)
    assert "ends after 30 minutes without activity" in client.get("/session").content.decode()


class Rotating(Backend):
    """A service that hands out a new token with each answer, which the contract allows."""

    def authenticate(self, token: str) -> httpx.Response:
        answer = super().authenticate(token)
        if answer.status_code != 200:
            return answer
        new = secrets.token_urlsafe(33)
        self.sessions[new] = self.sessions.pop(token)
        return httpx.Response(200, json=self.body(new))


def test_a_token_renewed_by_a_poll_is_no_sign_of_life(house: None, at: At, through) -> None:
    """Nor where the cookie is missing, which is bound to the token before (QUALITY 35)."""
    backend = through(Rotating())
    browser = Browser()
    browser.end_with(backend.sign_in())
    del browser.jar[SEEN]
    for minutes in range(10, LIMIT, 10):
        at(minutes)
        assert browser.post(reverse("accounts:session_refresh")).content != b"over"
    at(LIMIT)
    assert browser.post(reverse("accounts:session_refresh")).content == b"over"


def test_of_several_proofs_the_newest_counts() -> None:
    """Who proves again after an hour was there then."""
    proofs = (NOON + timedelta(minutes=minutes) for minutes in (0, 60, 20))
    factors = tuple(Factor("email_otp", "email", each) for each in proofs)
    member = replace(parse.member_session(samples.SESSION), factors=factors)
    assert idleness.last_proof(member) == NOON + timedelta(minutes=60)
