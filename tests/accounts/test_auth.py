"""Who is signed in, what it costs to know, and who has the last word."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.test import RequestFactory
from django.urls import reverse
from time_machine import TimeMachineFixture

from accounts import flights
from accounts.auth import AuthRequest
from accounts.client.errors import SessionExpired, Unavailable
from accounts.client.outcomes import Authenticated, MfaRequired
from accounts.client.tokens import Intermediate, Tokens
from tests.accounts import rooms
from tests.accounts.backend import AUTHENTICATE, Backend, no
from tests.accounts.browser import Browser, is_expired, set_by

STALE = timedelta(minutes=6)  # a JWT lives five
SESSION, JWT, STAMP = "stytch_session", "stytch_session_jwt", "stytch_session_stamp"
GENERATION = "stytch_session_generation"


@pytest.fixture
def signed_in(browser: Browser, backend: Backend) -> Authenticated:
    outcome = backend.sign_in()
    browser.end_with(outcome)
    backend.calls.clear()
    return outcome


def test_a_fresh_jwt_costs_no_query_and_no_call(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """Queries would fail: this test has no database."""
    answer = browser.get("/")
    assert answer.content.decode() == f"{signed_in.session.member_session_id} cache Acme"
    assert not backend.calls
    assert not set_by(answer)


def test_a_stale_jwt_costs_one_call_and_is_renewed(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    noon.shift(STALE)
    answer = browser.get("/")
    assert b"asked" in answer.content
    assert backend.calls == [AUTHENTICATE]
    assert set(set_by(answer)) == {JWT, STAMP}
    assert b"cache" in browser.get("/").content
    assert len(backend.calls) == 1


def test_one_request_asks_once_however_often_it_wants_to_know(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    def ask_thrice(request: AuthRequest) -> None:
        assert request.auth.member is request.auth.member
        assert request.auth.refresh() is request.auth.member

    noon.shift(STALE)
    browser.act(ask_thrice)
    assert backend.calls == [AUTHENTICATE]


def test_an_outage_is_met_once_a_request_too(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    def ask_twice(request: AuthRequest) -> None:
        for _ in range(2):
            with pytest.raises(Unavailable):
                _ = request.auth.member

    noon.shift(STALE)
    backend.answer = httpx.ConnectError("refused")
    browser.act(ask_twice)
    assert backend.calls == [AUTHENTICATE]


@pytest.mark.parametrize(
    "silence",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("silence"),
        httpx.Response(500, text="<h1>Broken</h1>"),
        httpx.Response(200, text="nonsense"),
    ],
)
def test_an_outage_keeps_everyone_signed_in(
    browser: Browser,
    signed_in: Authenticated,
    backend: Backend,
    noon: TimeMachineFixture,
    silence: Any,
) -> None:
    """(QUALITY 23)"""
    backend.answer = silence
    assert browser.get("/").status_code == 200  # the JWT is good for now
    noon.shift(STALE)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert not set_by(answer)
    backend.answer = None
    assert b"asked" in browser.get("/").content


@pytest.mark.parametrize(
    "error_type",
    ["session_not_found", "unauthorized_credentials", "user_unauthenticated"],
)
def test_a_clear_no_signs_out(
    browser: Browser,
    signed_in: Authenticated,
    backend: Backend,
    noon: TimeMachineFixture,
    error_type: str,
) -> None:
    backend.answer = no(404, error_type)
    noon.shift(STALE)
    gone = set_by(browser.get("/"))
    assert set(gone) == {SESSION, JWT, STAMP}
    assert all(is_expired(morsel) for morsel in gone.values())


def test_a_poll_refused_late_leaves_the_next_session_alone(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """(QUALITY 23)"""
    backend.revoke(signed_in)
    late = browser.send(reverse("accounts:session_refresh"), {})
    assert late.content == b"over"
    following = backend.sign_in()
    browser.end_with(following)
    browser.receive(late)
    assert following.session.member_session_id in browser.get("/").content.decode()


def test_an_answer_in_flight_cannot_revive_the_session(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    """(QUALITY 40)"""
    noon.shift(1)
    late = browser.send(reverse("accounts:session_refresh"), {})
    assert JWT in set_by(late)
    browser.act(lambda request: request.auth.sign_out())
    browser.receive(late)
    answer = browser.get("/")
    assert answer["Location"] == "/login"
    assert set(set_by(answer)) == {JWT, STAMP}
    assert JWT not in browser.jar


def test_an_answer_in_flight_cannot_speak_for_the_next_session(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    """(QUALITY 40)"""
    noon.shift(1)
    late = browser.send(reverse("accounts:session_refresh"), {})
    following = backend.sign_in()
    browser.end_with(following)
    browser.receive(late)
    answer = browser.get("/").content.decode()
    assert answer == f"{following.session.member_session_id} asked Acme"


def test_signing_out_wins_over_a_refresh_in_the_same_request(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    """(QUALITY 40)"""

    def refresh_then_leave(request: AuthRequest) -> None:
        assert request.auth.member
        request.auth.sign_out()
        assert request.auth.refresh() is None

    noon.shift(STALE)
    answer = browser.act(refresh_then_leave)
    gone = {name for name, morsel in set_by(answer).items() if is_expired(morsel)}
    assert gone == {SESSION, JWT, STAMP}
    assert SESSION not in browser.jar


def test_the_last_session_put_into_the_slot_is_the_member(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    other = backend.sign_in()

    def change(request: AuthRequest) -> None:
        assert request.auth.member
        request.auth.replace(session=other.tokens)
        assert request.auth.member.member_session_id == other.session.member_session_id

    browser.act(change)
    assert browser.jar[SESSION] == other.tokens.session_token


def test_a_young_jwt_answers_a_poll_without_a_call(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    period = timedelta(seconds=180)

    def poll(request: AuthRequest) -> None:
        assert request.auth.refresh(older_than=period)

    noon.shift(timedelta(seconds=179))
    browser.act(poll)
    assert not backend.calls
    noon.shift(timedelta(seconds=1))
    for _ in range(5):  # five tabs, one after the other
        browser.act(poll)
    assert len(backend.calls) == 1


def test_a_burst_with_one_stale_jwt_costs_one_call(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    """Answers arrive only after all five were sent: each sends the same stale JWT."""
    noon.shift(STALE)
    answers = [browser.send("/") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert backend.calls == [AUTHENTICATE]


def test_after_the_burst_the_same_stale_jwt_is_asked_about_anew(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    noon.shift(STALE)
    browser.send("/")
    backend.revoke(signed_in)
    noon.shift(flights.SHARED_FOR)
    assert browser.send("/")["Location"] == "/login"


def test_after_signing_out_no_answer_is_shared_any_more(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    """(QUALITY 39)"""
    rooms.script["act"] = lambda request: request.auth.sign_out()
    noon.shift(STALE)
    assert browser.send("/").status_code == 200
    backend.revoke(signed_in)
    browser.send(reverse("accounts:act"), {})
    replayed = browser.send("/")
    assert replayed["Location"] == "/login"


def test_a_session_that_asked_too_often_waits_as_it_was_told(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    """Its other requests are told without a call; somebody else's session is another matter."""
    other = Browser()
    other.end_with(backend.sign_in())
    noon.shift(STALE)
    backend.calls.clear()
    backend.answer = no(429, "too_many_requests", **{"Retry-After": "20"})
    for _ in range(5):
        assert browser.get("/").status_code == 429
    assert len(backend.calls) == 1
    assert SESSION in browser.jar
    backend.answer = None
    assert other.get("/").status_code == 200
    noon.shift(19)
    assert browser.get("/").status_code == 429
    noon.shift(1)
    assert browser.get("/").status_code == 200


def test_nobody_is_held_off_for_long(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    noon.shift(STALE)
    backend.answer = no(429, "too_many_requests", **{"Retry-After": "86400"})
    assert browser.get("/").status_code == 429
    backend.answer = None
    noon.shift(flights.LONGEST_HOLD)
    assert browser.get("/").status_code == 200


def test_who_waits_for_another_takes_a_place(backend: Backend) -> None:
    """However many tabs wait for one call, some threads stay free (QUALITY 63)."""
    outcome, boarded, leave = backend.sign_in(), threading.Event(), threading.Event()

    def ask(tokens: Tokens) -> Authenticated:
        boarded.set()
        assert leave.wait(5)
        return outcome

    def no_place() -> Any:
        raise Unavailable("enough are waiting already")

    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(flights.share, outcome.tokens, ask)
        assert boarded.wait(5)
        with pytest.raises(Unavailable, match="enough"):
            flights.share(outcome.tokens, ask, waiting=no_place)
        leave.set()
        assert ahead.result(5) is outcome
    assert flights.share(outcome.tokens, ask, waiting=no_place) is outcome


def test_threads_share_one_flight(backend: Backend) -> None:
    outcome, calls, leave = backend.sign_in(), [], threading.Event()

    def ask(tokens: Tokens) -> Authenticated:
        calls.append(tokens)
        assert leave.wait(5)
        return outcome

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(flights.share, outcome.tokens, ask) for _ in range(4)]
        leave.set()
        assert {future.result(5) for future in asked} == {outcome}
    assert len(calls) == 1


def test_who_waits_too_long_for_another_hears_of_an_outage(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome, boarded, leave = backend.sign_in(), threading.Event(), threading.Event()

    def ask(tokens: Tokens) -> Authenticated:
        boarded.set()
        assert leave.wait(5)
        return outcome

    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(flights.share, outcome.tokens, ask)
        assert boarded.wait(5)
        monkeypatch.setattr(flights, "PATIENCE", 0)
        with pytest.raises(Unavailable):
            flights.share(outcome.tokens, ask)
        monkeypatch.undo()
        leave.set()
        assert ahead.result(5) is outcome


def test_nobody_is_rechecked_for_nothing(browser: Browser, backend: Backend) -> None:
    def act(request: AuthRequest) -> None:
        request.auth.sign_out()
        assert request.auth.recheck() is None

    assert set(set_by(browser.act(act))) == {GENERATION}
    assert not backend.calls


def test_a_failed_flight_fails_for_all_and_is_not_kept(backend: Backend) -> None:
    outcome = backend.sign_in()

    def fail(tokens: Tokens) -> Authenticated:
        raise SessionExpired("session_not_found", status_code=404)

    with pytest.raises(SessionExpired):
        flights.share(outcome.tokens, fail)
    assert flights.share(outcome.tokens, lambda tokens: outcome) is outcome


def test_a_forged_jwt_beside_a_session_is_of_no_use(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """(QUALITY 62)"""
    browser.jar[JWT] = "a.b.c"
    assert b"asked" in browser.get("/").content


def test_a_lone_or_garbled_cookie_costs_no_call(browser: Browser, backend: Backend) -> None:
    """(QUALITY 62)"""
    good = backend.sign_in().tokens.session_jwt
    for jar in ({JWT: good}, {SESSION: "x"}, {JWT: "x", STAMP: "x"}):
        browser.jar = dict(jar)
        assert browser.get("/")["Location"] == "/login"
        assert not browser.jar
    assert not backend.calls


def test_nothing_is_read_or_written_where_nobody_asks(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    del browser.jar[STAMP]
    assert not set_by(browser.get("/public"))
    assert not backend.calls


def test_a_pending_step_lives_beside_the_session(
    browser: Browser, signed_in: Authenticated, rf: RequestFactory
) -> None:
    """(QUALITY 51, 52)"""
    ends = signed_in.tokens.expires_at
    step = MfaRequired(Intermediate("i" * 44, ends), "o", "Globex", "globex", "m", "a@b.example")
    browser.act(lambda request: request.auth.replace(pending=step, next="/x"))
    assert b"cache" in browser.get("/").content

    def abandon(request: AuthRequest) -> None:
        assert request.auth.credentials.pending == step
        assert request.auth.credentials.next == "/x"
        request.auth.replace(pending=None)

    assert set(set_by(browser.act(abandon))) == {"stytch_intermediate_session_token"}
    assert b"cache" in browser.get("/").content
