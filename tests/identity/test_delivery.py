"""Mails on their way: over SMTP, into the log (never with a secret), or not at all."""

import email.policy
import logging
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.core import mail
from pytest_django import Settings

from identity.models import InboxMessage
from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/otps/email/discovery/send"
INBOX = "identity.inbox.backend.Inbox"
LINK = "/b2b/magic_links/email/discovery/send"
ADA = "ada@acme.example"


class Mailboxes:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refusal = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd calls it so
        if self.refusal:
            return self.refusal
        assert isinstance(envelope.content, bytes)
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        assert envelope.rcpt_tos == [parsed["To"]]
        self.received.append(parsed)
        return "250 OK"


@pytest.fixture
def mailboxes(settings: Settings) -> Iterator[Mailboxes]:
    """A real SMTP server on a free port of this machine."""
    found = Mailboxes()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    yield found
    server.stop()


def test_a_code_arrives_over_smtp_as_text_and_html(api: Api, mailboxes: Mailboxes) -> None:
    assert api.post(SEND, email_address=ADA).status_code == 200
    (message,) = mailboxes.received
    assert message["To"] == ADA
    assert message["Subject"] == "Your sign-in code"
    assert message["From"] == "Foyer <no-reply@foyer.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"]
    assert message["Date"]
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    code = next(word for word in text.get_content().split() if word.isdigit() and len(word) == 6)
    assert code in html.get_content()
    verified = api.post("/b2b/otps/email/discovery/authenticate", email_address=ADA, code=code)
    assert verified.status_code == 200


def test_a_link_arrives_whole(api: Api, mailboxes: Mailboxes, settings: Settings) -> None:
    """Lines are folded on the way; the link has to come out in one piece, in both parts."""
    settings.PUBLIC_URL = "https://a-rather-long-name-of-an-app.example"
    wanted = f"{settings.PUBLIC_URL}/authenticate?next=%2Fa%2F{'b' * 60}&x=1"
    api.post(LINK, email_address=ADA, discovery_redirect_url=wanted)
    (message,) = mailboxes.received
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    link = next(word for word in text.get_content().split() if word.startswith("https://"))
    assert post.query(link)["next"] == f"/a/{'b' * 60}"
    assert link.replace("&", "&amp;") in html.get_content()
    assert (
        api.post(
            "/b2b/magic_links/discovery/authenticate",
            discovery_magic_links_token=post.query(link)["token"],
        ).json()["email_address"]
        == ADA
    )


def test_a_server_that_says_no_is_an_error_without_the_mail_in_the_log(
    api: Api, mailboxes: Mailboxes, caplog: pytest.LogCaptureFixture
) -> None:
    mailboxes.refusal = "554 rejected: your code 123456 looks like spam"
    refused(api.post(SEND, email_address=ADA), 500, "internal_server_error")
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("identity")]
    assert "mail not delivered: SMTPDataError 554" in ours
    assert "spam" not in str(ours)
    assert ADA not in str(ours)


def test_a_server_that_is_not_there_is_an_error(
    api: Api, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "tests.identity.backends.Unreachable"
    body = refused(api.post(SEND, email_address=ADA), 500, "internal_server_error")
    assert "123456" not in caplog.text + str(body)


@pytest.mark.parametrize(
    ("backend", "status", "error_type"),
    [
        ("NoSuchMailbox", 400, "inactive_email"),
        ("Greylisting", 500, "internal_server_error"),
    ],
)
def test_a_mailbox_that_does_not_exist_is_told_apart(
    api: Api, settings: Settings, backend: str, status: int, error_type: str
) -> None:
    """It is about the mailbox, not about who is a member: both kinds of address bounce alike."""
    settings.EMAIL_BACKEND = f"tests.identity.backends.{backend}"
    refused(api.post(SEND, email_address=ADA), status, error_type)


def test_no_secret_is_logged(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """(QUALITY 4, 67)"""
    caplog.set_level(logging.DEBUG)
    api.post(SEND, email_address=ADA)
    code = post.code(ADA)
    body = api.post("/b2b/otps/email/discovery/authenticate", email_address=ADA, code=code).json()
    api.post("/b2b/otps/email/discovery/authenticate", email_address=ADA, code="000000")
    api.post(LINK, email_address=ADA, discovery_redirect_url="http://testserver/authenticate")
    token = post.token(ADA)
    api.post("/b2b/magic_links/discovery/authenticate", discovery_magic_links_token=token)
    statements = ("django.db.backends",)  # what a developer switches on to see every statement
    told = "\n".join(each.getMessage() for each in caplog.records if each.name not in statements)
    assert "otp.authenticate" in told
    for secret in (code, token, body["intermediate_session_token"], ADA):
        assert secret not in told


@pytest.mark.parametrize("debug", [True, False])
def test_only_with_debug_the_inbox_keeps_a_copy(api: Api, settings: Settings, debug: bool) -> None:
    """(QUALITY 73)"""
    settings.DEBUG = debug
    settings.INBOX_RELAY = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = INBOX
    api.post(SEND, email_address=ADA)
    assert len(mail.outbox) == 1
    assert InboxMessage.objects.count() == int(debug)
