"""Who may enter: members, those whom a decorator lets in, and those in the middle of a step."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.access import allows, anonymous_allowed, in_background
from accounts.client.outcomes import Authenticated, Discovered, MfaRequired, PrimaryRequired
from accounts.client.tokens import Intermediate
from accounts.cookies import CodeSent
from tests.accounts.backend import Backend
from tests.accounts.browser import Browser
from tests.accounts.test_cookies import ENDS


def intermediate() -> Intermediate:
    return Intermediate("i" * 44, timezone.now() + ENDS)


def mfa() -> MfaRequired:
    return MfaRequired(intermediate(), "o", "Globex", "globex", "m", "a@b.example")


def wait_at(browser: Browser, step: Any) -> None:
    browser.act(lambda request: request.auth.replace(pending=step))


def test_a_step_reaches_its_view_typed(browser: Browser) -> None:
    wait_at(browser, mfa())
    assert browser.get("/second-factor").content == b"MfaRequired Globex"


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: CodeSent("a@b.example", "code", timezone.now()), "/login/code"),
        (lambda: Discovered(intermediate(), "a@b.example"), "/organizations"),
        (
            lambda: PrimaryRequired(intermediate(), "o", "I", "i", "m", "a@b.example", ("sso",)),
            "/step-up",
        ),
        (lambda: None, "/login"),
    ],
)
def test_whoever_has_another_step_is_sent_to_it(browser: Browser, make: Any, place: str) -> None:
    wait_at(browser, make())
    assert browser.get("/second-factor")["Location"] == place
    assert browser.get("/second-factor", **{"HX-Request": "true"})["HX-Redirect"] == place


def test_a_member_without_a_step_is_sent_home(browser: Browser, backend: Backend) -> None:
    browser.end_with(backend.sign_in())
    assert browser.get("/second-factor")["Location"] == "/"


def test_any_pending_step_will_do_where_the_view_says_so(browser: Browser) -> None:
    for step in (mfa(), Discovered(intermediate(), "a@b.example")):
        wait_at(browser, step)
        name = type(step).__name__.encode()
        assert browser.get("/organizations").content == name + b" a@b.example"
    wait_at(browser, CodeSent("a@b.example", "code", timezone.now()))
    assert browser.get("/organizations")["Location"] == "/login/code"


def test_a_step_waits_beside_a_living_session(browser: Browser, backend: Backend) -> None:
    """(QUALITY 51)"""
    outcome: Authenticated = backend.sign_in()
    browser.end_with(outcome)
    wait_at(browser, mfa())
    assert browser.get("/second-factor").status_code == 200
    assert browser.get("/").status_code == 200


def test_marks_are_read_exactly() -> None:
    def view() -> None: ...

    assert not allows(view, "anonymous_allowed")
    assert allows(anonymous_allowed(view), "anonymous_allowed")
    assert not allows(view, "organization_exempt")
    assert allows(in_background(view), "organization_exempt")
