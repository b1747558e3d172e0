"""What the app itself tells scripts, field by field: as of the guides' session, and no token."""

from typing import Any

import pytest
from django.test import Client

from tests.examples import differences, example
from tests.signing_in import MEMBER, sign_in

pytestmark = pytest.mark.usefixtures("demo")

JSON = {"Accept": "application/json"}


def is_like(name: str, answer: Any, **other: object) -> None:
    assert differences(example(name) | other, answer.json(), {}) == []


@pytest.fixture
def member(client: Client) -> Client:
    sign_in(client, MEMBER)
    return client


def test_the_state_of_a_session(member: Client) -> None:
    """The JWT answers, so that it comes from the cache, as the guide's `fromCache` says."""
    is_like("app_signed_in", member.get("/session", headers=JSON), from_cache=True)


def test_a_session_that_the_service_was_asked_about(member: Client) -> None:
    is_like("app_signed_in", member.post("/session/authenticate", headers=JSON))


def test_a_session_that_was_taken_over(member: Client) -> None:
    sent = {"session_token": member.cookies["stytch_session"].value}
    sent["session_jwt"] = member.cookies["stytch_session_jwt"].value
    is_like("app_signed_in", Client().post("/session/hydrate", sent, headers=JSON))


def test_no_session(client: Client) -> None:
    is_like("app_signed_out", client.get("/session", headers=JSON))
    is_like("app_signed_out", client.post("/session/authenticate", headers=JSON))


def test_a_session_that_was_ended_here(member: Client) -> None:
    member.post("/logout")
    is_like("app_signed_out_by_hand", member.get("/session", headers=JSON))


def test_a_refusal(member: Client) -> None:
    other = Client()
    sign_in(other, MEMBER)
    sent = {"session_token": other.cookies["stytch_session"].value}
    is_like("app_refused", member.post("/session/hydrate", sent, headers=JSON))
