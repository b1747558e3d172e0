"""Members only, one place to save, and what an outage looks like."""

import logging
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.urls import reverse
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts.client import errors
from accounts.client.outcomes import Authenticated, MfaRequired
from accounts.client.tokens import Intermediate
from tests.accounts import rooms
from tests.accounts.backend import ACME, AUTHENTICATE, GLOBEX, Backend
from tests.accounts.browser import Browser, is_expired, set_by

STALE = timedelta(minutes=6)
HTMX = {"HX-Request": "true"}
HERE = {"organization_id": ACME}


@pytest.fixture
def signed_in(browser: Browser, backend: Backend) -> Authenticated:
    outcome = backend.sign_in()
    browser.end_with(outcome)
    backend.calls.clear()
    return outcome


def test_a_view_is_for_members_unless_it_says_otherwise(browser: Browser) -> None:
    assert browser.get("/")["Location"] == "/login"
    assert browser.get("/", **HTMX)["HX-Redirect"] == "/login"
    assert browser.get("/login").status_code == 200


def test_the_member_is_on_the_request(browser: Browser, signed_in: Authenticated) -> None:
    assert signed_in.session.member_session_id in browser.get("/").content.decode()


def test_a_dead_cookie_is_one_redirect_cleared_and_explained(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    """(QUALITY 46)"""
    backend.revoke(signed_in)
    noon.shift(STALE)
    rooms.script["reads"] = True
    answer = browser.get("/write")
    assert answer["Location"] == "/login?next=%2Fwrite"
    assert len(set_by(answer)) == 3
    assert all(is_expired(morsel) for morsel in set_by(answer).values())
    door = browser.get(answer["Location"])
    assert door.status_code == 200
    assert b"Your session has ended" in door.content
    assert not set_by(door)
    browser.get("/")
    assert backend.calls == [AUTHENTICATE]


def test_a_session_that_a_poll_found_dead_goes_with_the_next_page(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """(QUALITY 46)"""
    backend.revoke(signed_in)
    assert browser.post(reverse("accounts:session_refresh")).content == b"over"
    assert "stytch_session" in browser.jar
    assert browser.get("/")["Location"] == "/login"
    assert "stytch_session" not in browser.jar


def test_a_passer_by_is_not_told_of_a_session_that_never_was(browser: Browser) -> None:
    browser.get("/")
    assert b"ended" not in browser.get("/login").content


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_outage_is_a_503_that_says_so_and_keeps_all(
    browser: Browser,
    signed_in: Authenticated,
    backend: Backend,
    noon: TimeMachineFixture,
    headers: dict[str, str],
) -> None:
    noon.shift(STALE)
    backend.answer = httpx.ConnectError("refused")
    answer = browser.get("/", **headers)
    assert answer.status_code == 503
    assert "reach sign-in" in answer.content.decode()
    assert answer["Retry-After"]
    assert not set_by(answer)
    assert (b"<html" in answer.content) is not bool(headers)


@pytest.mark.parametrize("place", ["/boom", "/open-boom"])
def test_an_outage_within_a_view_is_the_same(
    browser: Browser, signed_in: Authenticated, place: str
) -> None:
    rooms.script["error"] = errors.Unavailable("down")
    answer = browser.get(place)
    assert answer.status_code == 503
    assert not set_by(answer)


def test_too_many_is_a_429_that_says_when(browser: Browser, signed_in: Authenticated) -> None:
    rooms.script["error"] = errors.RateLimited("too_many", status_code=429, retry_after=90)
    answer = browser.get("/boom")
    assert (answer.status_code, answer["Retry-After"]) == (429, "90")
    assert b"90 seconds" in answer.content


def test_a_refusal_of_the_service_is_a_403(browser: Browser, signed_in: Authenticated) -> None:
    rooms.script["error"] = errors.Forbidden("session_authorization_error", status_code=403)
    assert browser.get("/boom").status_code == 403


def test_a_step_that_is_over_is_dropped_and_the_session_kept(
    browser: Browser, signed_in: Authenticated
) -> None:
    ends = timezone.now() + timedelta(minutes=10)
    step = MfaRequired(Intermediate("i" * 44, ends), "o", "Globex", "g", "m", "a@b.example")
    browser.act(lambda request: request.auth.replace(pending=step))
    rooms.script["error"] = errors.StepExpired("intermediate_session_not_found", status_code=404)
    answer = browser.get("/open-boom")
    assert answer["Location"] == "/"
    assert set(set_by(answer)) == {"stytch_intermediate_session_token"}
    assert b"Start again" in browser.get("/login").content


def test_a_view_that_meets_a_dead_session_lets_the_service_say_whose(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """(QUALITY 23)"""
    rooms.script["error"] = errors.SessionExpired("session_not_found", status_code=404)
    browser.defaults["raise_request_exception"] = False
    assert browser.get("/boom").status_code == 500  # somebody else's: a bug, and no sign-out
    assert "stytch_session" in browser.jar
    backend.revoke(signed_in)
    assert browser.get("/boom")["Location"] == "/login?next=%2Fboom"
    assert "stytch_session" not in browser.jar


def test_outages_while_clearing_up_are_outages(
    browser: Browser, signed_in: Authenticated, backend: Backend, noon: TimeMachineFixture
) -> None:
    backend.answer = httpx.ConnectError("refused")
    rooms.script["error"] = errors.SessionExpired("session_not_found", status_code=404)
    assert browser.get("/boom").status_code == 503
    noon.shift(STALE)
    rooms.script["error"] = errors.StepExpired("intermediate_session_not_found", status_code=404)
    assert browser.get("/open-boom").status_code == 503


def test_a_bug_stays_a_bug(browser: Browser, signed_in: Authenticated) -> None:
    rooms.script["error"] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        browser.get("/boom")


def test_an_unsafe_request_says_where_it_belongs(
    browser: Browser, signed_in: Authenticated
) -> None:
    assert browser.post("/write", HERE).content == b"written"
    assert browser.post("/write", **{"X-Organization-Id": ACME}).content == b"written"
    assert browser.post("/write", HERE, **{"X-Organization-Id": ACME}).content == b"written"
    assert len(rooms.written) == 3


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({}, {}),
        ({"organization_id": ""}, {}),
        ({"organization_id": GLOBEX}, {}),
        ({}, {"X-Organization-Id": GLOBEX}),
        (HERE, {"X-Organization-Id": GLOBEX}),
        ({"organization_id": [ACME, GLOBEX]}, {}),
    ],
)
def test_a_page_of_another_organization_writes_nothing(
    browser: Browser, signed_in: Authenticated, data: dict[str, Any], headers: dict[str, str]
) -> None:
    """(QUALITY 54)"""
    answer = browser.post("/write", data, **headers)
    assert answer.status_code == 409
    assert "You’re in Acme now" in answer.content.decode()
    assert not rooms.written
    assert not set_by(answer)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_unsafe_method_is_asked(
    browser: Browser, signed_in: Authenticated, method: str
) -> None:
    """(QUALITY 54)"""
    assert browser.send("/write", method=method).status_code == 409


def test_under_htmx_a_conflict_leaves_the_page_alone(
    browser: Browser, signed_in: Authenticated
) -> None:
    """(QUALITY 54)"""
    answer = browser.post("/write", **HTMX)
    assert answer.status_code == 409
    assert answer["HX-Reswap"] == "none"
    assert b'hx-target="#corner"' in answer.content


def test_reading_and_what_is_exempt_need_not_say(
    browser: Browser, signed_in: Authenticated
) -> None:
    assert browser.get("/write").content == b"written"
    assert browser.post("/exempt").content == b"exempt"


def test_switching_elsewhere_stops_the_page_that_was_left_open(
    browser: Browser, signed_in: Authenticated, backend: Backend
) -> None:
    """(QUALITY 54)"""
    browser.end_with(backend.sign_in(organization_id=GLOBEX))
    answer = browser.post("/write", HERE)
    assert answer.status_code == 409
    assert "You’re in Globex now" in answer.content.decode()


@pytest.mark.parametrize("place", ["/", "/login", "/sheet", "/nowhere", "/boom"])
def test_no_cache_keeps_a_page_of_somebody(
    browser: Browser, signed_in: Authenticated, place: str
) -> None:
    """(QUALITY 15)"""
    rooms.script["error"] = errors.Unavailable("down")
    rooms.script["reads"] = True
    answer = browser.get(place)
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer.get("Vary", "") or place == "/nowhere"


def test_every_answer_that_sets_a_cookie_is_kept_by_no_cache(
    browser: Browser, backend: Backend
) -> None:
    """(QUALITY 15): also one that says something else."""
    in_and_out = (browser.get("/login"), browser.end_with(backend.sign_in()), browser.get("/"))
    for answer in (*in_and_out, browser.get("/remembering")):
        assert answer["Cache-Control"] == "private, no-store"
        assert "Cookie" in answer["Vary"]


def test_what_is_the_same_for_all_may_be_kept(browser: Browser, signed_in: Authenticated) -> None:
    answer = browser.get("/public")
    assert answer["Cache-Control"] == "max-age=60"
    assert "Vary" not in answer


def test_no_token_reaches_a_log_or_a_page(
    browser: Browser,
    signed_in: Authenticated,
    backend: Backend,
    noon: TimeMachineFixture,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """(QUALITY 4)"""
    noon.shift(STALE)
    with caplog.at_level(logging.DEBUG):
        pages = [browser.get("/"), browser.post("/write"), browser.get("/nowhere")]
        backend.answer = httpx.ReadTimeout("silence")
        noon.shift(STALE)
        pages.append(browser.get("/"))
        backend.answer = None
        backend.revoke(signed_in)
        pages.append(browser.get("/"))
    said = caplog.text + "".join(page.content.decode() + repr(page.headers) for page in pages)
    for secret in (signed_in.tokens.session_token, signed_in.tokens.session_jwt.split(".")[2]):
        assert secret not in said
