"""Every outcome becomes cookies and the next page."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.client.outcomes import (
    Authenticated,
    Discovered,
    MfaRequired,
    PrimaryRequired,
    SignedOut,
)
from accounts.client.tokens import Intermediate
from accounts.cookies import CodeSent
from tests.accounts import rooms
from tests.accounts.backend import GLOBEX, Backend
from tests.accounts.browser import Browser, is_expired, set_by
from tests.accounts.test_cookies import ENDS
from tests.checks import both_checks, how, written

pytestmark = both_checks

PENDING = "stytch_intermediate_session_token"
SESSION = {"stytch_session", "stytch_session_jwt", "stytch_session_stamp"}
GENERATION = "stytch_session_generation"  # new with each sign-out
METHOD = "stytch_session_method"  # how somebody last signed in; stays when they leave


def step(kind: type[Any] = MfaRequired) -> Any:
    intermediate = Intermediate("i" * 44, timezone.now() + ENDS)
    if kind is Discovered:
        return Discovered(intermediate, "admin@acme.example")
    return kind(intermediate, "o", "Globex", "globex", "m", "admin@acme.example")


def sent(onward: str) -> CodeSent:
    return CodeSent("admin@acme.example", "code", timezone.now(), next=onward)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (Discovered, "/organizations"),
        (MfaRequired, "/second-factor"),
        (PrimaryRequired, "/step-up"),
    ],
)
def test_an_unfinished_sign_in_waits_at_its_page(
    browser: Browser, kind: type[Any], place: str
) -> None:
    answer = browser.end_with(step(kind))
    assert answer["Location"] == place
    assert set(set_by(answer)) == {PENDING}


def test_a_finished_sign_in_goes_home_and_clears_its_step(
    browser: Browser, backend: Backend, session_check: str
) -> None:
    browser.end_with(step())
    answer = browser.end_with(backend.sign_in())
    assert answer["Location"] == "/"
    assert set(set_by(answer)) == written(session_check) | {PENDING, METHOD}
    assert is_expired(set_by(answer)[PENDING])
    assert not is_expired(set_by(answer)["stytch_session"])


def test_where_the_visitor_was_going_outlives_every_step(
    browser: Browser, backend: Backend
) -> None:
    browser.act(lambda request: request.auth.replace(pending=sent("/members?page=2")))
    browser.end_with(step(Discovered))
    browser.end_with(step(MfaRequired))
    assert browser.end_with(backend.sign_in())["Location"] == "/members?page=2"


def test_what_is_given_beats_what_was_kept_and_evil_goes_home(
    browser: Browser, backend: Backend
) -> None:
    """(QUALITY 33)"""
    browser.act(lambda request: request.auth.replace(pending=sent("/kept")))
    assert browser.end_with(backend.sign_in(), next="/given")["Location"] == "/given"
    browser.act(lambda request: request.auth.replace(pending=sent("//evil.example")))
    assert browser.end_with(backend.sign_in())["Location"] == "/"


def test_switching_with_a_step_keeps_the_living_session(browser: Browser, backend: Backend) -> None:
    """(QUALITY 51)"""
    browser.end_with(backend.sign_in())
    assert set(set_by(browser.end_with(step()))) == {PENDING}
    assert browser.get("/").status_code == 200


def test_switching_replaces_the_session_whole(
    browser: Browser, backend: Backend, session_check: str
) -> None:
    browser.end_with(backend.sign_in())
    there = backend.sign_in(organization_id=GLOBEX)
    assert set(set_by(browser.end_with(there))) == written(session_check)
    answer = browser.get("/").content.decode()
    assert answer == f"{there.session.member_session_id} {how(session_check)} Globex"


def test_signing_out_empties_the_jar_and_the_browsers_stores(
    browser: Browser, backend: Backend
) -> None:
    """(QUALITY 16)"""
    browser.end_with(backend.sign_in())
    browser.end_with(step())
    answer = browser.end_with(SignedOut("signed_out"))
    assert answer["Location"] == "/login"
    gone = set_by(answer)
    assert not is_expired(gone.pop(GENERATION))
    assert set(gone) == SESSION | {PENDING}
    assert all(is_expired(morsel) for morsel in gone.values())
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_the_csrf_token_is_renewed_with_the_session_and_not_with_a_step(
    browser: Browser, backend: Backend
) -> None:
    browser.get("/login")
    tokens = [browser.jar["csrf"]]
    for outcome in (step(), backend.sign_in(), SignedOut("signed_out")):
        browser.end_with(outcome)
        tokens.append(browser.jar["csrf"])
    begun, waiting, signed_in, signed_out = tokens
    assert begun == waiting
    assert len({waiting, signed_in, signed_out}) == 3


def test_htmx_is_told_to_leave_the_page(
    browser: Browser, backend: Backend, session_check: str
) -> None:
    outcome: Authenticated = backend.sign_in()
    rooms.script["outcome"] = outcome
    answer = browser.post("/end", **{"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/"
    assert set(set_by(answer)) == written(session_check) | {METHOD}
