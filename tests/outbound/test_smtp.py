"""Mail over SMTP: plain and over TLS, and a deadline for a whole mail."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from outbound.places import OURS, Crowded, place
from outbound.smtp import Backend
from project import settings as ours
from tests import certificates
from tests.dawdlers import dawdling
from tests.mail_server import mail_server

MESSAGE = EmailMessage("Subject", "Body", "us@foyer.example", ["ada@acme.example"])
READY = b"220 mail.example\r\n"


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = certificates.make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    return made


def test_a_mail_arrives() -> None:
    with mail_server() as (mailboxes, port):
        assert Backend(host="127.0.0.1", port=port).send_messages([MESSAGE]) == 1
    [(content, over_tls)] = mailboxes.received
    assert b"Body" in content
    assert not over_tls


def test_a_mail_arrives_over_starttls(certificate: Path) -> None:
    context = certificates.server_context(certificate)
    with mail_server(tls_context=context, require_starttls=True) as (mailboxes, port):
        backend = Backend(host="localhost", port=port, use_tls=True)
        assert backend.send_messages([MESSAGE]) == 1
    [(_, over_tls)] = mailboxes.received
    assert over_tls


def test_a_certificate_for_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificates.make(tmp_path, host="elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    context = certificates.server_context(made)
    with (
        mail_server(tls_context=context) as (mailboxes, port),
        pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        Backend(host="localhost", port=port, use_tls=True).send_messages([MESSAGE])
    assert mailboxes.received == []


@pytest.mark.parametrize(
    ("at_once", "slowly", "options"),
    [
        (b"", b"", {}),
        (b"", READY, {}),
        (READY, b"250-more\r\n", {}),
        (READY + b"250-mail.example\r\n250 STARTTLS\r\n220 go\r\n", b"", {"use_tls": True}),
        (b"", b"", {"use_ssl": True}),
        (b"", b"\x16\x03\x03\x40\x00", {"use_ssl": True}),
    ],
    ids=["silence", "greeting", "answer", "starttls", "handshake", "slow handshake"],
)
def test_a_dripping_mail_server_is_given_up(
    settings: Settings, at_once: bytes, slowly: bytes, options: dict[str, Any]
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    with (
        dawdling(at_once=at_once, slowly=slowly, endless=True) as server,
        pytest.raises(OSError),  # noqa: PT011 smtplib's and Python's own are one to who sends
    ):
        Backend(host="127.0.0.1", port=server.port, **options).send_messages([MESSAGE])


def test_mail_waits_in_the_places_of_third_parties(settings: Settings) -> None:
    settings.THIRD_PARTIES_MOST_WAITING = 1
    with mail_server() as (mailboxes, port), place("texts", whose=OURS), pytest.raises(Crowded):
        Backend(host="127.0.0.1", port=port).send_messages([MESSAGE])
    assert mailboxes.received == []


def test_production_sends_by_it_and_within_what_a_caller_waits(settings: Settings) -> None:
    """A remote app waits five seconds for the service that sends."""
    assert 0 < ours.EMAIL_TIMEOUT < 5
