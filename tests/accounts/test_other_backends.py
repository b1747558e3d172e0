"""Cookies that another backend has set under our names are picked up as they are."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts.client.outcomes import Authenticated, SignedOut
from tests.accounts import rooms
from tests.accounts.backend import AUTHENTICATE, Backend, mint
from tests.accounts.browser import Browser, is_expired, set_by
from tests.checks import both_checks, how, written

pytestmark = both_checks

SESSION, JWT, STAMP = "stytch_session", "stytch_session_jwt", "stytch_session_stamp"


@pytest.fixture
def elsewhere(backend: Backend) -> Authenticated:
    """A session that some other backend has, and has told the browser of."""
    return backend.sign_in()


@pytest.fixture(params=["token", "token and JWT", "token and undefined"])
def jar(request: pytest.FixtureRequest, elsewhere: Authenticated) -> dict[str, str]:
    """The SDK's updateSession writes "undefined" when it is given no JWT (CONTRACT 7.1)."""
    jwts = {"token": "", "token and JWT": elsewhere.tokens.session_jwt}
    jwt = jwts.get(request.param, "undefined")
    return {SESSION: elsewhere.tokens.session_token} | ({JWT: jwt} if jwt else {})


def kept(answer: HttpResponse) -> set[str]:
    return {name for name, morsel in set_by(answer).items() if not is_expired(morsel)}


@pytest.fixture
def picked_up(browser: Browser, jar: dict[str, str]) -> Browser:
    browser.jar = dict(jar)
    return browser


def test_the_first_page_asks_once_and_then_it_is_like_any_other(
    picked_up: Browser, elsewhere: Authenticated, backend: Backend, session_check: str
) -> None:
    answer = picked_up.get("/")
    assert answer.content.decode() == f"{elsewhere.session.member_session_id} asked Acme"
    assert kept(answer) == written(session_check)
    assert JWT in picked_up.jar or session_check == "token"
    assert backend.calls == [AUTHENTICATE]
    answer = picked_up.get("/")
    assert f"{how(session_check)} Acme" in answer.content.decode()
    assert not set_by(answer)


@pytest.mark.parametrize("path", ["/", "/beat"])
def test_they_are_set_again_by_the_services_word(
    picked_up: Browser, elsewhere: Authenticated, path: str, session_check: str
) -> None:
    """Scripts could read them, and their end was whatever the other one had thought of."""
    answer = picked_up.post(path) if path == "/beat" else picked_up.get(path)
    found = set_by(answer)
    left = (elsewhere.tokens.expires_at - timezone.now()).total_seconds()
    assert found[SESSION].value == elsewhere.tokens.session_token
    assert all(each["httponly"] for each in found.values())
    assert {found[name]["max-age"] - 1 for name in written(session_check)} == {left}
    assert not set_by(picked_up.get("/"))  # once


def test_an_end_that_another_backend_has_moved_is_every_cookies(
    picked_up: Browser,
    elsewhere: Authenticated,
    backend: Backend,
    noon: TimeMachineFixture,
    session_check: str,
) -> None:
    """It tells the browser of the new end by a JWT alone, which by the token is none of ours."""
    picked_up.get("/")
    noon.shift(timedelta(minutes=1))
    held = backend.sessions[elsewhere.tokens.session_token]
    held.ends += timedelta(hours=4)
    picked_up.jar[JWT] = mint(held)
    found = set_by(picked_up.get("/")) | set_by(picked_up.get("/"))
    left = (held.ends - timezone.now()).total_seconds()
    ends = {name: found[name]["max-age"] - 1 for name in written(session_check)}
    assert ends == dict.fromkeys(written(session_check), left)
    assert (JWT in picked_up.jar) == (session_check == "jwt")


def test_the_heartbeat_may_be_the_first_to_ask(
    picked_up: Browser, elsewhere: Authenticated, backend: Backend, session_check: str
) -> None:
    beat = picked_up.post(reverse("accounts:session_refresh"))
    assert beat.content.decode() == elsewhere.session.member_session_id
    assert how(session_check) in picked_up.get("/").content.decode()


def test_the_heartbeat_keeps_it_fresh(
    picked_up: Browser, backend: Backend, noon: TimeMachineFixture, session_check: str
) -> None:
    picked_up.get("/")
    noon.shift(timedelta(minutes=4))
    picked_up.post(reverse("accounts:session_refresh"))
    assert backend.calls == [AUTHENTICATE] * 2
    noon.shift(timedelta(minutes=4))
    assert how(session_check) in picked_up.get("/").content.decode()


def test_signing_out_takes_them_away(picked_up: Browser) -> None:
    answer = picked_up.end_with(SignedOut("signed_out"))
    assert {SESSION, JWT, STAMP} <= {
        name for name, morsel in set_by(answer).items() if is_expired(morsel)
    }
    assert picked_up.get("/")["Location"] == "/login"


def test_one_that_is_over_is_cleared_once(
    picked_up: Browser, elsewhere: Authenticated, backend: Backend
) -> None:
    """(QUALITY 46)"""
    backend.revoke(elsewhere)
    assert picked_up.get("/")["Location"] == "/login"
    assert picked_up.get("/login").status_code == 200
    assert picked_up.get("/")["Location"] == "/login"
    assert backend.calls == [AUTHENTICATE]


def test_the_next_one_that_is_set_over_ours_counts(picked_up: Browser, backend: Backend) -> None:
    """The JWT and the stamp that we wrote for the last one speak for nobody else."""
    picked_up.get("/")
    following = backend.sign_in()
    picked_up.jar[SESSION] = following.tokens.session_token
    page = picked_up.get("/").content.decode()
    assert page == f"{following.session.member_session_id} asked Acme"


def test_the_names_are_those_of_the_settings(
    browser: Browser, elsewhere: Authenticated, settings: Settings
) -> None:
    settings.COOKIE_NAMES = {"session": "team", "jwt": "team_jwt", "pending": "team_step"}
    browser.jar = {"team": elsewhere.tokens.session_token, "team_jwt": "x", SESSION: "s" * 44}
    answer = browser.get("/")
    assert elsewhere.session.member_session_id in answer.content.decode()
    assert set(set_by(answer)) == {"team", "team_jwt", "team_stamp", "team_last"}  # set, or gone


def test_under_one_domain_the_copy_for_this_host_goes_as_well(
    browser: Browser, elsewhere: Authenticated, settings: Settings
) -> None:
    """Or it would be there again with the next page, dead (QUALITY 46, 47)."""
    settings.COOKIE_DOMAIN, settings.ALLOWED_HOSTS = "example.com", ["app.example.com"]
    browser.jar = {SESSION: elsewhere.tokens.session_token}
    rooms.script["outcome"] = SignedOut("signed_out")
    answer = browser.send(reverse("accounts:end"), {}, Host="app.example.com")
    gone = {(m.key, m["domain"]) for m in answer.cookies.values() if is_expired(m)}
    assert {(SESSION, "example.com"), (SESSION, "")} <= gone
