"""An answer that was on its way when somebody signed out loses, whatever it brings."""

from datetime import timedelta

import httpx
import pytest
from django.urls import reverse
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts.client.outcomes import Authenticated, SignedOut
from tests.accounts import rooms
from tests.accounts.backend import GLOBEX, REVOKE, Backend
from tests.accounts.browser import Browser, is_expired, set_by
from tests.checks import both_checks, how

SESSION, JWT, STAMP = "stytch_session", "stytch_session_jwt", "stytch_session_stamp"
GENERATION = "stytch_session_generation"
ALL_THREE = {SESSION, JWT, STAMP}


pytestmark = both_checks


@pytest.fixture
def signed_in(browser: Browser, backend: Backend) -> Authenticated:
    outcome = backend.sign_in()
    browser.end_with(outcome)
    backend.calls.clear()
    return outcome


def ask(browser: Browser, outcome: Authenticated | SignedOut) -> httpx.Response:
    """Send what ends so; its answer is still on its way."""
    rooms.script["outcome"] = outcome
    answer: httpx.Response = browser.send(reverse("accounts:end"), {})
    return answer


def is_alive(backend: Backend, outcome: Authenticated) -> bool:
    return backend.sessions[outcome.tokens.session_token].alive


def test_a_switch_answered_after_the_sign_out_is_void_and_ended(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """(QUALITY 40)"""
    there = backend.sign_in(organization_id=GLOBEX)
    late = ask(browser, there)
    browser.end_with(SignedOut("signed_out"))
    browser.receive(late)
    assert browser.jar[SESSION] == there.tokens.session_token
    backend.calls.clear()
    answer = browser.get("/")
    assert answer["Location"] == "/login"
    assert set(set_by(answer)) == ALL_THREE
    assert all(is_expired(morsel) for morsel in set_by(answer).values())
    assert backend.calls == [REVOKE]
    assert not is_alive(backend, there)


def test_it_is_one_redirect_and_one_call_and_no_loop(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """(QUALITY 46)"""
    late = ask(browser, backend.sign_in(organization_id=GLOBEX))
    browser.end_with(SignedOut("signed_out"))
    browser.receive(late)
    backend.calls.clear()
    rooms.script["reads"] = True
    for path in ("/", "/login", "/", "/login"):
        browser.get(path)
    assert backend.calls == [REVOKE]
    assert browser.jar.keys().isdisjoint(ALL_THREE)


def test_a_sign_in_answered_after_another_tabs_sign_out_is_void(
    browser: Browser, backend: Backend
) -> None:
    """Somebody who never had a session here had no generation either (QUALITY 40)."""
    outcome = backend.sign_in()
    late = ask(browser, outcome)
    browser.end_with(SignedOut("signed_out"))
    browser.receive(late)
    assert browser.get("/")["Location"] == "/login"
    assert not is_alive(backend, outcome)


def test_two_tabs_may_sign_in_at_once(browser: Browser, backend: Backend) -> None:
    first, second = backend.sign_in(), backend.sign_in()
    late = ask(browser, first)
    browser.end_with(second)
    browser.receive(late)
    assert first.session.member_session_id in browser.get("/").content.decode()
    assert REVOKE not in backend.calls


def test_signing_in_after_signing_out_is_no_late_answer(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    for _ in range(3):
        browser.end_with(SignedOut("signed_out"))
        outcome = backend.sign_in()
        browser.end_with(outcome)
        assert outcome.session.member_session_id in browser.get("/").content.decode()
        assert is_alive(backend, outcome)


def test_a_late_switch_does_not_speak_for_whoever_signed_in_since(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """It has overwritten their cookies: they sign in again rather than act as another."""
    there = backend.sign_in(organization_id=GLOBEX)
    late = ask(browser, there)
    browser.end_with(SignedOut("signed_out"))
    browser.end_with(backend.sign_in())
    browser.receive(late)
    assert browser.get("/")["Location"] == "/login"
    assert not is_alive(backend, there)


def test_a_poll_ends_it_and_leaves_the_cookies_to_the_next_page(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """When the poll's answer arrives the browser may hold the next session (QUALITY 23)."""
    there = backend.sign_in(organization_id=GLOBEX)
    late = ask(browser, there)
    browser.end_with(SignedOut("signed_out"))
    browser.receive(late)
    poll = browser.send(reverse("accounts:session_refresh"), {})
    assert poll.content == b"over"
    assert not set_by(poll)
    assert not is_alive(backend, there)
    following = backend.sign_in()
    browser.end_with(following)
    browser.receive(poll)
    assert following.session.member_session_id in browser.get("/").content.decode()


def test_signing_in_right_over_a_late_session_counts(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    there, following = backend.sign_in(organization_id=GLOBEX), backend.sign_in()
    late = ask(browser, there)
    browser.end_with(SignedOut("signed_out"))
    browser.receive(late)
    browser.end_with(following)
    assert following.session.member_session_id in browser.get("/").content.decode()
    assert not is_alive(backend, there)


def test_an_outage_while_ending_it_lets_nobody_in(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    late = ask(browser, backend.sign_in(organization_id=GLOBEX))
    browser.end_with(SignedOut("signed_out"))
    browser.receive(late)
    backend.answer = httpx.ConnectError("refused")
    assert browser.get("/")["Location"] == "/login"
    assert browser.jar.keys().isdisjoint(ALL_THREE)


def test_a_renewal_answered_late_is_beaten_by_the_next_sign_in(
    browser: Browser,
    signed_in: Authenticated,
    backend: Backend,
    noon: TimeMachineFixture,
    session_check: str,
) -> None:
    """Its stamp is of the generation before, and of another session: it is no stamp at all."""
    noon.shift(timedelta(seconds=1))
    late = browser.send(reverse("accounts:session_refresh"), {})
    browser.end_with(SignedOut("signed_out"))
    following = backend.sign_in()
    browser.end_with(following)
    browser.receive(late)
    for said in ("asked", how(session_check)):
        page = browser.get("/").content.decode()
        assert page == f"{following.session.member_session_id} {said} Acme"


def test_a_session_that_ended_by_itself_begins_no_generation(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """A switch begun before that is still wanted."""
    backend.revoke(signed_in)
    there = backend.sign_in(organization_id=GLOBEX)
    late = ask(browser, there)
    assert browser.post(reverse("accounts:session_refresh")).content == b"over"
    browser.receive(late)
    assert there.session.member_session_id in browser.get("/").content.decode()


@pytest.mark.parametrize("lost", [GENERATION, STAMP])
def test_a_cookie_that_is_lost_signs_nobody_out(
    browser: Browser, signed_in: Authenticated, backend: Backend, lost: str
) -> None:
    browser.end_with(SignedOut("signed_out"))
    outcome = backend.sign_in()
    browser.end_with(outcome)
    del browser.jar[lost]
    assert outcome.session.member_session_id in browser.get("/").content.decode()


def test_what_another_backend_has_set_is_welcome_after_a_sign_out(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    browser.end_with(SignedOut("signed_out"))
    elsewhere = backend.sign_in()
    browser.jar[SESSION] = elsewhere.tokens.session_token
    assert elsewhere.session.member_session_id in browser.get("/").content.decode()


def test_a_secret_that_is_gone_signs_nobody_out(
    browser: Browser, signed_in: Authenticated, backend: Backend, settings: Settings
) -> None:
    """(QUALITY 71)"""
    browser.end_with(SignedOut("signed_out"))
    outcome = backend.sign_in()
    browser.end_with(outcome)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, []
    assert outcome.session.member_session_id in browser.get("/").content.decode()


def test_the_cookie_says_nothing_and_is_short_lived(
    browser: Browser, signed_in: Authenticated
) -> None:
    """(QUALITY 1, 8)"""
    morsel = set_by(browser.end_with(SignedOut("signed_out")))[GENERATION]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert len(morsel.value) == 16  # twelve random bytes
    assert morsel["max-age"] <= timedelta(hours=1, seconds=1).total_seconds()


def test_a_cookie_of_any_length_ends_up_in_no_stamp(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """Whoever sets it from a neighbouring host could else make stamps that no browser keeps."""
    browser.end_with(SignedOut("signed_out"))
    browser.jar[GENERATION] = "g" * 3000
    outcome = backend.sign_in()
    answer = browser.end_with(outcome)
    assert len(STAMP) + len(set_by(answer)[STAMP].value) < 1000
    assert outcome.session.member_session_id in browser.get("/").content.decode()
