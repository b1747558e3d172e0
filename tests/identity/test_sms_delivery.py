"""Texts on their way: to a provider over HTTP, into the development inbox, or refused."""

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pytest_django import Settings

from identity import sms
from identity.delivery import Undelivered
from identity.models import InboxMessage
from tests import phones
from tests.identity.people import NOW, member, organization
from tests.identity.second_factors import NUMBER, on_the_way, text

TEXT = sms.Text(NUMBER, "123456 is your code", "123456")
HTTP, INBOX = "identity.sms.Http", "identity.sms.Inbox"


class Provider(HTTPServer):
    """Takes texts, or answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.status = 202
        self.asked: list[tuple[dict[str, str], dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/texts"


class Asked(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.end_headers()
        self.wfile.write(b"quoted: 123456")

    def log_message(self, format: str, *args: object) -> None:
        """The tests' output is for tests."""


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    server = Provider()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.SMS_BACKEND, settings.SMS_URL, settings.SMS_TOKEN = HTTP, server.url, "provider-token"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_provider_gets_number_and_words_with_the_token(provider: Provider) -> None:
    sms.send(TEXT, now=NOW)
    [(headers, body)] = provider.asked
    assert body == {"to": NUMBER, "text": "123456 is your code"}
    assert headers["Authorization"] == "Bearer provider-token"
    assert headers["Content-Type"] == "application/json"


def test_without_a_token_none_is_sent(provider: Provider, settings: Settings) -> None:
    settings.SMS_TOKEN = ""
    sms.send(TEXT, now=NOW)
    assert "Authorization" not in provider.asked[0][0]


@pytest.mark.parametrize("status", [302, 307, 400, 401, 429, 500])
def test_whatever_is_no_yes_is_a_failure_and_never_followed(
    provider: Provider, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """The log has the status, and neither number nor code (QUALITY 4)"""
    provider.status = status
    with caplog.at_level(logging.INFO), pytest.raises(Undelivered) as error:
        sms.send(TEXT, now=NOW)
    assert error.value.status_code == 500
    assert len(provider.asked) == 1
    assert str(status) in caplog.text
    assert not any(secret in caplog.text for secret in (NUMBER, "123456", "provider-token"))


def test_a_provider_that_is_not_there(settings: Settings) -> None:
    settings.SMS_BACKEND, settings.SMS_URL = HTTP, "http://127.0.0.1:9/texts"
    with pytest.raises(Undelivered):
        sms.send(TEXT, now=NOW)


@pytest.mark.parametrize("backend", [HTTP, INBOX])
def test_without_a_provider_sending_is_refused_and_says_why(
    settings: Settings, backend: str
) -> None:
    """Outside of development there is no inbox (QUALITY 73)"""
    settings.SMS_BACKEND, settings.SMS_URL = backend, ""
    with pytest.raises(Undelivered) as error:
        sms.send(TEXT, now=NOW)
    assert error.value.error_type == "sms_not_configured"
    assert "SMS_URL" in error.value.message


def test_in_development_texts_are_in_the_inbox(settings: Settings, db: None) -> None:
    settings.DEBUG, settings.SMS_BACKEND = True, INBOX
    sms.send(TEXT, now=NOW)
    [message] = InboxMessage.objects.all()
    assert (message.channel, message.to, message.code) == ("sms", NUMBER, "123456")


def test_neither_number_nor_words_are_in_a_repr() -> None:
    assert repr(TEXT) == "Text()"


def test_a_text_says_for_whom_it_is_and_to_which_site_it_belongs(
    settings: Settings, db: None
) -> None:
    settings.PUBLIC_URL = "https://app.example.com"
    alice = member(organization("Acme\r\nInc"))
    code = text(alice, on_the_way(alice), number=NUMBER)
    [sent] = phones.outbox
    assert sent.words == (
        f"{code} is your code for Acme Inc. It works once, for 2 minutes."
        f"\n\n@app.example.com #{code}"
    )
