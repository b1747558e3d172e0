"""Which pages ask for a permission, and which of them ask the service: the list to review."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.views.decorators.http import require_safe

from accounts.auth import RequestAuth
from accounts.management.commands import permissions as listing
from accounts.permissions import Rule, permission_required, rules_of
from tests import transports
from tests.signing_in import ADMIN, MEMBER, sign_in

# A page that asks for a permission is in here, or the test below fails.
TABLE = {
    ("/documents", "documents", "read", "here"),
    ("/documents/<slug:document_id>", "documents", "read", "here"),
    ("/documents/new", "documents", "create", "here"),
    ("/documents/<slug:document_id>/edit", "documents", "update", "here"),
    ("/documents/<slug:document_id>/delete", "documents", "delete", "by the service"),
    ("/members", "stytch.member", "search", "by the service"),
    (
        "/members/<slug:member_id>/reset",
        "stytch.member",
        "update.info.delete.mfa-totp",
        "by the service",
    ),
    ("/members/<slug:member_id>/sessions", "stytch.member", "revoke-sessions", "by the service"),
    (
        "/members/<slug:member_id>/sessions/end",
        "stytch.member",
        "revoke-sessions",
        "by the service",
    ),
    (
        "/members/<slug:member_id>/sessions/<slug:mark>/end",
        "stytch.member",
        "revoke-sessions",
        "by the service",
    ),
}


def test_every_page_that_asks_for_a_permission_is_in_the_table() -> None:
    """And is as strict as the table says (QUALITY 57)"""
    assert set(listing.table()) == TABLE


def test_the_table_can_be_printed() -> None:
    printed = StringIO()
    call_command("permissions", stdout=printed)
    lines = [line.split() for line in printed.getvalue().splitlines()]
    assert lines[0] == ["PAGE", "RESOURCE", "ACTION", "DECIDED"]
    assert len(lines) == 1 + len(TABLE)
    assert ["/members", "stytch.member", "search", "by", "the", "service"] in lines


def test_a_view_keeps_all_its_rules_through_other_decorators() -> None:
    @require_safe
    @permission_required("documents", "delete", strict=True)
    @permission_required("documents", "read")
    def view(request: Any) -> HttpResponse:
        raise AssertionError

    strict, local = Rule("documents", "delete", True), Rule("documents", "read", False)
    assert rules_of(view) == (strict, local)
    assert rules_of(lambda request: HttpResponse()) == ()


@pytest.fixture
def member(demo: None, client: Client) -> Client:
    sign_in(client, MEMBER)
    return client


def test_what_asks_for_no_permission_fetches_no_policy(
    member: Client, through: Callable[[Any], Any]
) -> None:
    calls = through(transports.Counting())
    member.get("/session", headers={"Accept": "application/json"})
    member.post("/session/refresh")
    member.get("/logout")
    assert not [path for path in calls.paths if "rbac" in path]


def test_a_policy_is_fetched_once_for_many_pages_and_people(
    member: Client, through: Callable[[Any], Any]
) -> None:
    calls = through(transports.Counting())
    admin = Client()
    sign_in(admin, ADMIN)
    for _ in range(2):
        for browser in (member, admin):
            assert browser.get("/documents").status_code == 200
    asked = [path for path in calls.paths if "rbac" in path]
    assert len(asked) == 2, asked


def tag(context: Context, template: str = '{% can "documents" "read" as may %}{{ may }}') -> str:
    return Template("{% load permissions %}" + template).render(context)


def request_of(client: Client) -> HttpRequest:
    cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
    request = RequestFactory().get("/", HTTP_COOKIE=cookies)
    request.auth = RequestAuth(request)  # type: ignore[attr-defined]
    return request


def test_a_template_asks_about_who_is_signed_in(member: Client) -> None:
    request = request_of(member)
    assert request.auth.member  # type: ignore[attr-defined]
    assert tag(RequestContext(request)) == "True"
    assert tag(RequestContext(request), '{% can "documents" "delete" %}') == "False"
    assert tag(Context({"request": request})) == "True"


def test_a_component_may_ask_too(member: Client) -> None:
    """`only` leaves out the request's variables, not the request."""
    request = request_of(member)
    assert request.auth.member  # type: ignore[attr-defined]
    inner = Template('{% load permissions %}{% can "documents" "read" as may %}{{ may }}')
    outer = Template("{% include inner only %}")
    assert outer.render(RequestContext(request, {"inner": inner})) == "True"


def test_to_strangers_nothing_is_offered_and_nobody_is_asked(
    client: Client, through: Callable[[httpx.BaseTransport], object]
) -> None:
    through(transports.Untouchable())
    assert tag(RequestContext(request_of(client))) == "False"
    assert tag(Context()) == "False"
