"""Mails to people: text and HTML from one template each, sent before the answer goes out.

Not in the background: a mail that only lives in a thread is lost when the process is killed, and a
caller who is told "sent" should be able to believe it. Known and unknown addresses of a discovery
get the same mail, so the time it takes says nothing about them.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from identity import names
from identity.errors import ApiError
from outbound import apart

logger = logging.getLogger(__name__)

# Room for a name in a subject line, and little for somebody else's advertisement.
LONGEST_NAME = 60
QUOTES = str.maketrans("", "", '“”„"«»')
# Keeps out-of-office replies from answering (RFC 3834).
HEADERS = {"Auto-Submitted": "auto-generated"}
# RFC 5321: from here on the server won't take it however often one asks.
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """`template` names templates/email/<template>.{txt,html}; `context` may hold secrets."""

    template: str
    to: str
    subject: str
    context: Mapping[str, str] = field(repr=False)
    # What the development inbox offers for copying; never logged.
    code: str = field(default="", repr=False)
    link: str = field(default="", repr=False)


class Letter(EmailMultiAlternatives):
    """Beside the mail, what the development inbox shows of it (inbox/backend.py); never sent."""

    code = ""
    link = ""
    sent_at: datetime | None = None


class Undelivered(ApiError):
    """The mail server could not be reached, or did not take the mail."""


def send(mail: Mail, *, now: datetime) -> None:
    """This will hand the mail over to the mail server, or raise Undelivered.

    Call it outside of any transaction: a mail server may think for seconds.
    """
    text = render_to_string(f"email/{mail.template}.txt", dict(mail.context))
    html = render_to_string(f"email/{mail.template}.html", dict(mail.context))
    message = Letter(mail.subject, text, to=[mail.to], headers=HEADERS)
    message.attach_alternative(html, "text/html")
    message.code, message.link, message.sent_at = mail.code, mail.link, now
    with _refusals_named():
        message.send()


def tell(mail: Mail, *, lost: str, now: datetime) -> None:
    """This will mail what has happened, and stays so whether or not the mail goes out.

    Where the mail server is down, or the call's time was up (edge.py), it is tried once more after
    the answer; then the log says `lost`.
    """
    try:
        send(mail, now=now)
    except Undelivered as error:
        if error.status_code < PERMANENT:
            logger.error("%s", lost)
        else:
            apart.later(lambda: _once_more(mail, lost=lost, now=now))


def _once_more(mail: Mail, *, lost: str, now: datetime) -> None:
    try:
        send(mail, now=now)
    except Undelivered:
        logger.error("%s", lost)


def one_line(name: str) -> str:
    """A name that people chose, fit for a header: no control or bidirectional signs, not long."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    words = " ".join(printable.split())
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1] + "…"


def harmless(name: str, *, instead: str) -> str:
    """The same for a mail or text of ours; `instead` for a name from before they were checked."""
    return instead if names.holds_address(name) else one_line(name)


def quoted(name: str) -> str:
    """For a subject: what stands between these is somebody's word, and not ours."""
    return f"“{name.translate(QUOTES)}”" if name else ""


@contextmanager
def _refusals_named() -> Iterator[None]:
    """The log gets the kind of failure only: a mail server quotes addresses, some quote mails."""
    try:
        yield
    except SMTPRecipientsRefused as error:
        codes = sorted({code for code, _text in error.recipients.values()})
        logger.warning("mail refused for its recipient, SMTP %s", codes)
        raise (_inactive() if codes and codes[0] >= PERMANENT else _failed()) from error
    except OSError as error:
        status = f" {error.smtp_code}" if isinstance(error, SMTPResponseException) else ""
        logger.error("mail not delivered: %s%s", type(error).__name__, status)
        raise _failed() from error


def _inactive() -> Undelivered:
    """CONTRACT 1.5: an address that bounces."""
    return Undelivered(400, "inactive_email", "The email address does not accept mail.")


def _failed() -> Undelivered:
    return Undelivered(500, "internal_server_error", "The email could not be sent.")
