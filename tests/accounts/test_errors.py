"""When things go wrong: pages in our look, input kept, nothing told that should not be."""

import re
from typing import Any

import httpx
import pytest
from django.test import RequestFactory
from pytest_django import Settings

from project import errors
from tests.accounts import rooms
from tests.accounts.backend import ACME, GLOBEX
from tests.accounts.browser import Browser

HTMX = {"HX-Request": "true"}
OURS = {"Origin": "http://testserver"}
LATE = {"csrfmiddlewaretoken": "o" * 64, "email_address": "<a>@b.example", "code": "123456"}


@pytest.fixture
def strict(browser: Browser) -> Browser:
    browser.defaults["enforce_csrf_checks"] = True
    browser.get("/login")
    return browser


def hidden(page: Any) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))


def test_a_stale_form_is_offered_again_with_what_was_typed(strict: Browser) -> None:
    """(QUALITY 21)"""
    rooms.script["act"] = lambda request: None
    page = strict.post("/act?a=1", LATE, **OURS)
    assert page.status_code == 403
    again = hidden(page)
    assert again.pop("csrfmiddlewaretoken") != LATE["csrfmiddlewaretoken"]
    assert again == {"email_address": "&lt;a&gt;@b.example"}  # and no code
    assert 'action="/act?a=1"' in page.content.decode()
    fresh = hidden(page)["csrfmiddlewaretoken"]
    assert (
        strict.post("/act?a=1", {**LATE, "csrfmiddlewaretoken": fresh}, **OURS).content == b"done"
    )


def test_under_htmx_the_form_stays_and_its_token_is_renewed(strict: Browser) -> None:
    """(QUALITY 21)"""
    rooms.script["act"] = lambda request: None
    note = strict.post("/act", LATE, **OURS, **HTMX)
    assert note.status_code == 403
    assert note["HX-Reswap"] == "none"
    assert 'hx-target="#corner"' in note.content.decode()
    assert "<html" not in note.content.decode()
    fresh = hidden(note)["csrfmiddlewaretoken"]
    again = strict.post("/act", {**LATE, "csrfmiddlewaretoken": fresh}, **OURS, **HTMX)
    assert again.content == b"done"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_what_another_site_sent_is_never_offered_for_sending(
    strict: Browser, headers: dict[str, str]
) -> None:
    """(QUALITY 19) One press on "Send it again" would be the forgery."""
    page = strict.post("/act", LATE, **headers)
    assert page.status_code == 403
    assert "b.example" not in page.content.decode()
    assert "Send it again" not in page.content.decode()


def test_a_foreign_origin_is_refused_with_a_good_token(strict: Browser) -> None:
    """(QUALITY 19)"""
    fresh = hidden(strict.post("/act", LATE, **OURS))["csrfmiddlewaretoken"]
    answer = strict.post("/act", {"csrfmiddlewaretoken": fresh}, Origin="https://evil.example")
    assert answer.status_code == 403


def test_the_form_goes_to_this_site_whatever_the_path(house: None) -> None:
    request = RequestFactory().post("/", LATE, headers=OURS)
    request.path = "//evil.example/x"
    page = errors.csrf_failure(request)
    assert 'action="/%2Fevil.example/x"' in page.content.decode()


def test_switching_renews_the_token_but_is_told_as_switching(strict: Browser, backend: Any) -> None:
    """(QUALITY 54)"""
    strict.defaults["enforce_csrf_checks"] = False
    strict.end_with(backend.sign_in(organization_id=GLOBEX))
    strict.defaults["enforce_csrf_checks"] = True
    page = strict.post("/write", {**LATE, "organization_id": ACME}, **OURS)
    assert page.status_code == 409
    assert "You’re in Globex now" in page.content.decode()
    assert not rooms.written


def test_a_stale_form_is_met_in_an_outage_too(strict: Browser, backend: Any, noon: Any) -> None:
    strict.defaults["enforce_csrf_checks"] = False
    strict.end_with(backend.sign_in())
    strict.defaults["enforce_csrf_checks"] = True
    noon.shift(360)
    backend.answer = httpx.ConnectError("refused")
    assert strict.post("/write", {**LATE, "organization_id": ACME}, **OURS).status_code == 403


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_is_not_there_is_a_404_in_our_look(browser: Browser, headers: dict[str, str]) -> None:
    browser.defaults["raise_request_exception"] = False
    answer = browser.get("/nowhere", **headers)
    assert answer.status_code == 404
    assert (b"<html" in answer.content) is not bool(headers)


@pytest.mark.parametrize(
    ("handler", "status"), [(errors.bad_request, 400), (errors.forbidden, 403)]
)
def test_every_other_handler_has_its_page(house: None, handler: Any, status: int) -> None:
    answer = handler(RequestFactory().get("/"), ValueError("secret detail"))
    assert answer.status_code == status
    assert b"<html" in answer.content
    assert b"secret detail" not in answer.content


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_last_resort_tells_nothing(browser: Browser, headers: dict[str, str]) -> None:
    """(QUALITY 68)"""
    rooms.script["error"] = ZeroDivisionError("secret detail")
    browser.defaults["raise_request_exception"] = False
    answer = browser.get("/open-boom", **headers)
    assert answer.status_code == 500
    assert b"secret detail" not in answer.content
    assert b"ZeroDivision" not in answer.content
    assert "no-store" in answer["Cache-Control"]


def test_the_last_resort_needs_no_template(browser: Browser, settings: Settings) -> None:
    """(QUALITY 68)"""
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "OPTIONS": {}}
    ]
    rooms.script["error"] = ZeroDivisionError()
    browser.defaults["raise_request_exception"] = False
    answer = browser.get("/open-boom")
    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content
