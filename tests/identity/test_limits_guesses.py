"""How many wrong codes an address and a client get, over all codes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/otps/email/discovery/send"
LINK = "/b2b/magic_links/email/discovery/send"
AUTHENTICATE = "/b2b/otps/email/discovery/authenticate"
ADA = "ada@acme.example"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _same_hour() -> Iterator[None]:
    """Windows begin with the hour, which should not begin amidst a test."""
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False):
        yield


@pytest.fixture(autouse=True)
def _production_limits(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 6
    settings.SENDS_PER_CLIENT = 60
    settings.GUESSES_PER_ADDRESS = 30
    settings.PUBLIC_URL = "https://app.example"


def call(api: Api, path: str, *, client: str = "203.0.113.1", **body: Any) -> Any:
    headers = {"X-Foyer-Client-IP": client} if client else {}
    return api.call("POST", path, {"email_address": ADA, **body}, headers=headers)


def test_guesses_end_across_many_codes(api: Api) -> None:
    """(QUALITY 26): five tries a code, thirty an hour."""
    for n in range(6):
        call(api, SEND, client=f"203.0.113.{n}")
        guess = post.wrong(post.code(ADA))
        for _ in range(5):
            refused(call(api, AUTHENTICATE, code=guess), 404, "otp_code_not_found")
    call(api, SEND, client="203.0.113.99")
    response = call(api, AUTHENTICATE, code=post.code(ADA))
    refused(response, 429, "too_many_requests")
    assert int(response["Retry-After"]) <= 3600
    # From elsewhere, that is the person's own, the right code still works.
    assert call(api, AUTHENTICATE, code=post.code(ADA), client="203.0.113.7").status_code == 200


def test_guesses_from_everywhere_end_for_the_day(api: Api) -> None:
    tried = [
        call(api, AUTHENTICATE, code="000000", client=f"203.0.113.{n % 10}").status_code
        for n in range(122)
    ]
    assert tried == [404] * 120 + [429] * 2


def test_one_client_can_not_guess_at_everybody(api: Api) -> None:
    tried = [
        call(api, AUTHENTICATE, code="000000", email_address=f"{n}@acme.example").status_code
        for n in range(61)
    ]
    assert tried == [404] * 60 + [429]


def test_right_codes_do_not_count(api: Api, settings: Settings) -> None:
    settings.GUESSES_PER_ADDRESS = 1
    for n in range(3):
        call(api, SEND, client=f"203.0.113.{n}")
        assert call(api, AUTHENTICATE, code=post.code(ADA)).status_code == 200
    call(api, AUTHENTICATE, code="000000")
    refused(call(api, AUTHENTICATE, code="000000"), 429, "too_many_requests")


def test_a_link_works_when_guesses_have_ended(api: Api, settings: Settings) -> None:
    """Nobody can be locked out of their mailbox: a link can't be guessed, so it isn't counted."""
    settings.GUESSES_PER_ADDRESS = 1
    for _ in range(3):
        call(api, AUTHENTICATE, code="000000")
    call(api, LINK)
    path = "/b2b/magic_links/discovery/authenticate"
    assert api.post(path, discovery_magic_links_token=post.token(ADA)).status_code == 200
