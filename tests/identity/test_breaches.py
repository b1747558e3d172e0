"""Passwords known from breaches, asked of a range API that runs here."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from pytest_django import Settings

from identity import breaches
from tests.identity.api import Api, refused
from tests.identity.password_calls import (
    ADA,
    BETTER,
    GOOD,
    authenticate,
    by_existing,
    reset,
    start,
    with_password,
)

DIGEST = hashlib.sha1(GOOD.encode()).hexdigest().upper()


class Ranges(HTTPServer):
    """Answers every range with `lines`, and keeps what it was asked."""

    lines: str = ""
    status: int = 200
    asked: list[tuple[str, str]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/range"


class Answer(BaseHTTPRequestHandler):
    server: Ranges

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Add-Padding"]))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.lines.encode())

    def log_message(self, *_: Any) -> None:
        """Quietly."""


@pytest.fixture
def ranges(settings: Settings) -> Iterator[Ranges]:
    with Ranges() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.BREACHED_PASSWORDS_URL = server.url
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def acme(api: Api, settings: Settings) -> dict[str, Any]:
    settings.PUBLIC_URL = "https://app.example"
    organization = api.organization()
    api.member(organization, ADA)
    return organization


def breached(ranges: Ranges, times: int = 3) -> None:
    ranges.lines = f"{'0' * 35}:1\r\n{DIGEST[5:]}:{times}\r\n{'F' * 35}:2"


def test_five_digits_are_told_and_no_more(ranges: Ranges) -> None:
    breached(ranges)
    assert breaches.has(GOOD)
    assert ranges.asked == [(f"/range/{DIGEST[:5]}", "true")]


def test_a_password_that_is_not_listed_is_none(ranges: Ranges) -> None:
    ranges.lines = f"{'0' * 35}:1"
    assert not breaches.has(GOOD)


def test_padding_is_no_hit(ranges: Ranges) -> None:
    breached(ranges, times=0)
    assert not breaches.has(GOOD)


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_an_outage_keeps_nobody_out(
    ranges: Ranges, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    breached(ranges)
    ranges.status = status
    assert not breaches.has(GOOD)
    assert f"breached passwords not checked: HTTP {status}" in caplog.text
    assert DIGEST[:5] not in caplog.text


def test_silence_keeps_nobody_out(settings: Settings) -> None:
    settings.BREACHED_PASSWORDS_URL = "http://127.0.0.1:1/range"
    assert not breaches.has(GOOD)


def test_nobody_is_asked_by_default(settings: Settings) -> None:
    assert settings.BREACHED_PASSWORDS_URL == ""
    assert not breaches.has(GOOD)


def test_a_breached_password_is_not_set(api: Api, acme: dict[str, Any], ranges: Ranges) -> None:
    breached(ranges)
    token = start(api, acme)
    refused(reset(api, token, GOOD), 400, "breached_password")
    assert reset(api, token, BETTER).status_code == 200
    refused(by_existing(api, acme, BETTER, GOOD), 400, "breached_password")


def test_a_password_breached_later_signs_nobody_in(
    api: Api, acme: dict[str, Any], ranges: Ranges
) -> None:
    """CONTRACT 2.6: right, and yet it has to be set anew; nothing is told of a wrong one."""
    with_password(api, acme)
    breached(ranges)
    refused(authenticate(api, acme), 400, "member_reset_password")
    refused(authenticate(api, acme, BETTER), 401, "unauthorized_credentials")
    with_password(api, acme, password=BETTER)
    assert authenticate(api, acme, BETTER).status_code == 200


def test_the_strength_check_tells_of_it(api: Api, ranges: Ranges) -> None:
    breached(ranges)
    body = api.post("/b2b/passwords/strength_check", password=GOOD).json()
    assert (body["valid_password"], body["breached_password"]) == (False, True)
    assert (body["score"], body["breach_detection_on_create"]) == (4, True)
