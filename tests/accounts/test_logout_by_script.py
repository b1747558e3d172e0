"""Signing out by a page's script, as with the SDK's `session.revoke`."""

from typing import Any

import pytest
from django.test import Client

from identity.models import MemberSession
from tests import transports
from tests.signing_in import MEMBER, sign_in

pytestmark = pytest.mark.usefixtures("demo")

JSON = {"Accept": "application/json"}
OVER = {"state": "signed_out", "is_initialized": True, "session": None, "reason": "signed_out"}


@pytest.fixture
def member(client: Client) -> Client:
    sign_in(client, MEMBER)
    return client


def test_it_ends_the_session_and_clears_this_browser(member: Client) -> None:
    answer = member.post("/logout", headers=JSON)
    assert answer.status_code == 200
    assert answer.json() == {**OVER, "is_confirmed": True, "next": "/login"}
    assert not member.cookies["stytch_session"].value
    assert "storage" in answer["Clear-Site-Data"]
    assert MemberSession.objects.get().revoked_at is not None
    assert "signed out" not in str(member.get("/login").context["messages"])


def test_a_silence_clears_this_browser_and_says_what_is_open(member: Client, through: Any) -> None:
    through(transports.OnlyKeys())
    answer = member.post("/logout", headers=JSON)
    assert answer.json()["is_confirmed"] is False
    assert not member.cookies["stytch_session"].value


def test_without_a_session_it_says_the_same(client: Client) -> None:
    assert client.post("/logout", headers=JSON).json()["state"] == "signed_out"


def test_it_needs_the_pages_form_token(member: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = member.cookies
    assert strict.post("/logout", headers=JSON).status_code == 403
