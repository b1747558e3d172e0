"""SESSION_CHECK=token: the service is asked each time, and no JWT is in the browser."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts import flights, last_answers, session_check
from accounts.client.errors import SessionExpired, Unavailable
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.session_check import ALONE, TOGETHER
from tests.accounts import rooms
from tests.accounts.backend import ACME, AUTHENTICATE, GLOBEX, Backend, mint, no
from tests.accounts.browser import Browser, is_expired, set_by
from tests.checks import by_token

SESSION, JWT, STAMP = "stytch_session", "stytch_session_jwt", "stytch_session_stamp"
SILENT = httpx.ConnectError("refused")
OURS = {"organization_id": ACME}
pytestmark = by_token


@pytest.fixture
def signed_in(browser: Browser, backend: Backend) -> Authenticated:
    outcome = backend.sign_in()
    browser.end_with(outcome)
    browser.get("/")  # from then on the cookies know what the service calls the member
    backend.calls.clear()
    return outcome


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize("path", ["/", "/write", "/beat"])
def test_each_request_of_a_member_asks_once(
    browser: Browser, signed_in: Authenticated, backend: Backend, path: str
) -> None:
    for count in range(1, 4):
        answer = browser.get("/") if path == "/" else browser.post(path, OURS)
        assert answer.status_code == 200
        assert not set_by(answer)
        assert backend.calls == [AUTHENTICATE] * count


def test_who_isnt_asked_for_costs_nothing(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    browser.get("/public")
    Browser().get("/")
    assert not backend.calls


def test_a_revoked_session_is_over_with_the_next_request(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """In the very same second, in which an answer said that it lives."""
    assert b"asked" in browser.get("/").content
    backend.revoke(signed_in)
    assert browser.send("/")["Location"] == "/login"
    assert browser.send("/write", OURS).status_code == 401
    assert browser.send("/beat", {}).content == b"over"
    assert not rooms.written


# ---- no JWT in the browser


def jwts(*answers: Any) -> list[str]:
    found = [answer.cookies[JWT] for answer in answers if JWT in answer.cookies]
    return [morsel.value for morsel in found if not is_expired(morsel)]


def test_signing_in_switching_and_out_writes_no_jwt(
    browser: Browser, backend: Backend, noon: TimeMachineFixture
) -> None:
    answers = [browser.end_with(backend.sign_in()), browser.get("/")]
    noon.shift(timedelta(minutes=6))
    answers += [browser.post("/beat"), browser.get("/")]
    answers += [browser.end_with(backend.sign_in(organization_id=GLOBEX)), browser.get("/")]
    assert not jwts(*answers)
    assert not [name for answer in answers for name in answer.cookies if name == JWT]
    assert {SESSION, STAMP} <= set(browser.jar)


def test_moving_the_end_writes_no_jwt(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    held = backend.sessions[signed_in.tokens.session_token]
    held.ends += timedelta(hours=4)
    answers = [browser.get("/"), browser.get("/")]
    assert not jwts(*answers)
    assert answers[0].cookies[SESSION]["max-age"] - 1 == timedelta(hours=5).total_seconds()
    assert answers[1].cookies[STAMP]["max-age"] - 1 == timedelta(hours=5).total_seconds()
    assert not set_by(browser.get("/"))


def test_a_jwt_of_the_other_mode_goes_and_says_nothing(
    browser: Browser, backend: Backend, settings: Settings
) -> None:
    settings.SESSION_CHECK = "jwt"
    outcome = backend.sign_in()
    browser.end_with(outcome)
    assert browser.jar[JWT]
    settings.SESSION_CHECK = "token"
    backend.calls.clear()
    answer = browser.get("/")
    assert answer.content.decode() == f"{outcome.session.member_session_id} asked Acme"
    assert is_expired(set_by(answer)[JWT])
    assert JWT not in browser.jar
    assert backend.calls == [AUTHENTICATE]
    backend.revoke(outcome)
    assert browser.get("/")["Location"] == "/login"


def test_and_back_again(browser: Browser, signed_in: Authenticated, settings: Settings) -> None:
    settings.SESSION_CHECK = "jwt"
    assert b"asked" in browser.get("/").content
    assert browser.jar[JWT]
    assert b"cache" in browser.get("/").content


@pytest.mark.parametrize("domain", [None, "example.com"])
def test_a_jwt_that_another_backend_set_goes_wherever_it_may_be(
    browser: Browser,
    signed_in: Authenticated,
    backend: Backend,
    settings: Settings,
    domain: str | None,
) -> None:
    settings.COOKIE_DOMAIN, settings.ALLOWED_HOSTS = domain, ["app.example.com"]
    browser.jar[JWT] = mint(backend.sessions[signed_in.tokens.session_token])
    answer = browser.send("/", Host="app.example.com")
    gone = {(m.key, m["domain"]) for m in answer.cookies.values() if is_expired(m)}
    assert gone >= {(JWT, ""), (JWT, domain or "")}


def test_an_end_between_two_seconds_is_not_written_again_and_again(
    browser: Browser, backend: Backend
) -> None:
    """Stytch tells its times in microseconds, a stamp has whole seconds."""
    outcome = backend.sign_in()
    held = backend.sessions[outcome.tokens.session_token]
    held.ends += timedelta(microseconds=123_456)
    browser.end_with(replace(outcome, tokens=replace(outcome.tokens, expires_at=held.ends)))
    browser.get("/")
    assert not set_by(browser.get("/"))


# ---- who shares an answer


@pytest.fixture
def in_flight(backend: Backend) -> Any:
    """A call that is under way until it is let go; and how many were made."""

    class Flight:
        def __init__(self) -> None:
            self.outcome = backend.sign_in()
            self.calls, self.boarded, self.leave = 0, threading.Event(), threading.Event()

        def ask(self, tokens: Tokens) -> Authenticated:
            self.calls += 1
            self.boarded.set()
            assert self.leave.wait(5)
            return self.outcome

        def fetch(self, sharing: flights.Sharing = TOGETHER) -> Authenticated:
            return flights.share(self.outcome.tokens, self.ask, sharing=sharing)

    flight = Flight()
    yield flight
    flight.leave.set()


def test_requests_that_come_together_share_one_call(in_flight: Any) -> None:
    aboard = threading.Semaphore(0)

    def waiting() -> Any:
        aboard.release()
        return nullcontext()

    def wait() -> Authenticated:
        tokens = in_flight.outcome.tokens
        return flights.share(tokens, in_flight.ask, waiting=waiting, sharing=TOGETHER)

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(wait) for _ in range(4)]
        assert all(aboard.acquire(timeout=5) for _ in range(3))
        in_flight.leave.set()
        assert all(each.result(5) is in_flight.outcome for each in asked)
    assert in_flight.calls == 1


def test_a_request_that_changes_something_shares_none(in_flight: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_flight.fetch)
        assert in_flight.boarded.wait(5)
        in_flight.leave.set()
        assert in_flight.fetch(ALONE) is first.result(5)
    assert in_flight.calls == 2


def test_a_call_that_left_a_second_ago_is_shared_no_more(
    in_flight: Any, noon: TimeMachineFixture
) -> None:
    """A session can have been revoked since, and this request come after that."""
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_flight.fetch)
        assert in_flight.boarded.wait(5)
        noon.shift(1)
        in_flight.leave.set()
        assert in_flight.fetch() is first.result(5)
    assert in_flight.calls == 2


# ---- the service is silent


@pytest.mark.parametrize("silence", [SILENT, httpx.Response(502), httpx.Response(200, text="?")])
def test_in_silence_the_last_answer_lets_people_read_for_a_while(
    browser: Browser,
    signed_in: Authenticated,
    backend: Backend,
    noon: TimeMachineFixture,
    silence: Any,
) -> None:
    backend.answer = silence
    noon.shift(last_answers.LASTS - seconds(1))
    answer = browser.get("/")
    assert answer.content.decode() == f"{signed_in.session.member_session_id} cache Acme"
    noon.shift(1)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert not set_by(answer)
    backend.answer = None
    noon.shift(31)  # the circuit's longest rest
    assert b"asked" in browser.get("/").content


def test_in_silence_nothing_is_changed_and_what_was_typed_is_kept(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    before = dict(browser.jar)
    backend.answer = SILENT
    answer = browser.post("/write", {**OURS, "title": "A long letter"})
    assert answer.status_code == 503
    assert "A long letter" in answer.content.decode()
    assert not rooms.written
    assert browser.jar == before


def test_in_silence_a_beat_says_so(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    backend.answer = SILENT
    assert browser.post("/beat").status_code == 503
    assert len(backend.calls) == 1


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (no(429, "too_many_requests", **{"Retry-After": "20"}), 429),
        (no(403, "ip_not_allowed"), 403),
        (no(400, "bad_request"), 500),
    ],
)
def test_a_refusal_is_no_silence(
    browser: Browser, signed_in: Authenticated, backend: Backend, answer: Any, status: int
) -> None:
    backend.answer = answer
    assert browser.get("/").status_code == status
    assert SESSION in browser.jar


def test_what_another_process_heard_counts_nothing_here(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    last_answers.forget()
    backend.answer = SILENT
    assert browser.get("/").status_code == 503


def test_a_session_that_is_over_is_not_remembered_in_silence(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    backend.revoke(signed_in)
    assert browser.send("/")["Location"] == "/login"
    backend.answer = SILENT
    assert browser.send("/").status_code == 503


def test_neither_is_one_that_was_signed_out_here(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    copy = Browser()
    copy.jar = dict(browser.jar)
    backend.answer = SILENT
    browser.act(lambda request: request.auth.sign_out())
    assert copy.get("/").status_code == 503


def test_neither_is_one_whose_time_is_up(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    noon.move_to(signed_in.tokens.expires_at - seconds(10), tick=False)
    assert browser.get("/").status_code == 200
    backend.answer = SILENT
    noon.shift(9)
    assert browser.get("/").status_code == 200
    noon.shift(1)
    assert browser.get("/").status_code == 503


def test_an_answer_that_comes_after_the_end_is_not_remembered(backend: Backend) -> None:
    """One thread hears that it lives, another, which asked later, that it doesn't."""
    outcome = backend.sign_in()
    tokens = outcome.tokens
    last_answers.end(tokens)
    last_answers.note(tokens, outcome.session, asked_at=timezone.now())
    assert last_answers.lately(tokens, now=timezone.now()) is None


def test_the_answer_to_the_later_question_is_kept(backend: Backend) -> None:
    outcome, now = backend.sign_in(), timezone.now()
    newer = replace(outcome.session, roles=("editor",))
    last_answers.note(outcome.tokens, newer, asked_at=now)
    last_answers.note(outcome.tokens, outcome.session, asked_at=now - seconds(1))
    assert last_answers.lately(outcome.tokens, now=now) is newer


def test_only_so_many_are_remembered(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_answers, "MOST", 2)
    outcomes = [backend.sign_in() for _ in range(3)]
    for outcome in outcomes:
        last_answers.note(outcome.tokens, outcome.session, asked_at=timezone.now())
        last_answers.end(Tokens("x" * 40, "", outcome.tokens.expires_at))
    known = [last_answers.ever(outcome.tokens) for outcome in outcomes]
    assert known == [None, outcomes[1].session, outcomes[2].session]


def test_the_check_raises_what_the_service_says(browser: Browser, backend: Backend) -> None:
    tokens = Tokens("n" * 44, "", timezone.now())
    with pytest.raises(SessionExpired):
        session_check.check().verify(tokens, shares=True, recalls=True)
    backend.answer = SILENT
    with pytest.raises(Unavailable):
        session_check.check().verify(tokens, shares=True, recalls=True)


def test_strict_writes_cost_no_second_call(
    browser: Browser, signed_in: Authenticated, backend: Backend, settings: Settings
) -> None:
    settings.STRICT_WRITES = True
    assert browser.post("/write", OURS).content == b"written"
    assert backend.calls == [AUTHENTICATE]


# ---- another session is on its way to the browser


def switch(browser: Browser, backend: Backend) -> tuple[Any, Authenticated]:
    """Its answer, which hasn't arrived yet; the session before is over at the service."""
    there = backend.sign_in(organization_id=GLOBEX)
    rooms.script["outcome"] = there
    return browser.send(reverse("accounts:end"), {}), there


def test_a_page_asked_for_meanwhile_takes_nothing_from_the_next_session(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    switched, there = switch(browser, backend)
    late = browser.send("/")
    assert late["Location"] == "/login"
    browser.receive(switched)
    browser.receive(late)
    assert there.session.member_session_id in browser.get("/").content.decode()
    assert "ended" not in browser.get("/login").content.decode()


def test_a_form_sent_meanwhile_is_kept_and_does_nothing(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    switched, there = switch(browser, backend)
    late = browser.send("/write", {**OURS, "title": "A long letter"})
    assert late.status_code == 401
    assert "A long letter" in late.content.decode()
    browser.receive(switched)
    browser.receive(late)
    assert there.session.member_session_id in browser.get("/").content.decode()
    assert not rooms.written


def test_a_copy_that_comes_later_is_over_like_any_other(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    copy = Browser()
    copy.jar = dict(browser.jar)
    switch(browser, backend)
    noon.shift(timedelta(minutes=1))
    assert copy.get("/")["Location"] == "/login"
    assert SESSION not in copy.jar
