"""Where people go next: never elsewhere, and never into a corner of the page."""

import pytest
from django.urls import reverse

from accounts import navigation
from accounts.client.outcomes import Authenticated
from tests.accounts.backend import Backend
from tests.accounts.browser import Browser

HTMX = {"HX-Request": "true"}

EVIL = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http://testserver.evil.example/",
    "http://testserver@evil.example/",
    "HTTPS://EVIL.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "mailto:a@evil.example",
    "evil.example",
    "@evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/home\r\nSet-Cookie: a=b",
    "\x00//evil.example",
    "/\x00",
    " //evil.example",
    "/ /evil.example",
    "/..//evil.example",
    "/../evil",
    "/./..//evil.example",
    "/%2e%2e//evil.example",
    "/%2e%2E/evil",
    "/home//evil.example",
    "/ﬀ/evil",
    "/／evil.example",
    "/。evil",
    "/\u2028/evil.example",
    "/<script>",
    '/"onmouseover=',
    "/;/evil.example",
    "/" + "a" * 600,
    "/" + "a" * 500 + "!",  # and in no time
    "/%2fevil.example",
    "/%5cevil.example",
    "/login",
    "/login?next=/login",
    "/logout",
    "/authenticate?token=t",
]
GOOD = [
    "/",
    "/organizations/new",
    "/o/acme/members/",
    "/members?q=a%20b&page=2",
    "/members/member-test-1:x@y",
    "/x?next=https://other.example/",  # its own business, on our own page
    "/login/code",
]


def choose(browser: Browser, value: str) -> str:
    found: list[str] = []
    browser.act(lambda request: found.append(navigation.safe_next(request, value)))
    return found[0]


def test_there_are_forty_evil_values() -> None:
    """(QUALITY 33)"""
    assert len(set(EVIL)) >= 40


@pytest.mark.parametrize("value", EVIL)
def test_nobody_is_sent_elsewhere(browser: Browser, value: str) -> None:
    """(QUALITY 33)"""
    assert choose(browser, value) == "/"


@pytest.mark.parametrize("value", GOOD)
def test_pages_of_ours_are_kept(browser: Browser, value: str) -> None:
    assert choose(browser, value) == value


def test_nowhere_is_home(browser: Browser) -> None:
    assert choose(browser, "") == "/"


def test_leaving_the_page_is_a_redirect_that_htmx_hears_of(browser: Browser) -> None:
    rule = {"act": lambda request: navigation.go(request, "accounts:login")}
    plain = browser.act(rule["act"])
    assert (plain.status_code, plain["Location"]) == (302, "/login")
    told = browser.post(reverse("accounts:act"), **HTMX)
    assert (told.status_code, told["HX-Redirect"]) == (200, "/login")
    assert "Location" not in told


def test_htmx_gets_the_part_and_everybody_else_the_page(browser: Browser) -> None:
    whole, part = browser.get("/sheet"), browser.get("/sheet", **HTMX)
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b"hx-partial" in part.content
    for answer in (whole, part):
        assert {"HX-Request", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}


@pytest.mark.parametrize("header", ["HX-History-Restore-Request", "HX-Boosted"])
def test_what_replaces_the_page_is_the_whole_page(browser: Browser, header: str) -> None:
    assert b"<html" in browser.get("/sheet", **HTMX, **{header: "true"}).content


def test_pages_know_the_member_once_somebody_asked(browser: Browser, backend: Backend) -> None:
    def show(known: bool) -> dict[str, object]:
        found: dict[str, object] = {}

        def act(request: object) -> None:
            if known:
                assert request.auth.member  # type: ignore[attr-defined]
            found.update(navigation._of_member(request))  # type: ignore[arg-type]

        browser.act(act)
        return found

    outcome: Authenticated = backend.sign_in()
    browser.end_with(outcome)
    assert show(False) == {}
    assert show(True)["organization_name"] == "Acme"


def test_signing_in_remembers_the_page_but_no_post_and_no_part(browser: Browser) -> None:
    assert browser.get("/write?a=1")["Location"] == "/login?next=%2Fwrite%3Fa%3D1"
    assert browser.get("/")["Location"] == "/login"
    assert browser.post("/write")["Location"] == "/login"
    part = browser.get("/write", **HTMX, **{"HX-Current-URL": "http://testserver/members?page=2"})
    assert part["HX-Redirect"] == "/login?next=%2Fmembers%3Fpage%3D2"
    for made_up in ("https://evil.example/x", "http://[", "//", "http://testserver:port/x"):
        foreign = browser.get("/write", **HTMX, **{"HX-Current-URL": made_up})
        assert foreign["HX-Redirect"] == "/login"
