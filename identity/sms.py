"""Text messages to phones, by whichever backend SMS_BACKEND names."""

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from identity.delivery import Undelivered
from identity.models import InboxMessage
from outbound import http, places
from outbound.http import Terms

logger = logging.getLogger(__name__)

# A person is waiting for the next page, and an app for the answer (edge.py); of the provider's one
# only the status counts.
TERMS = Terms(seconds=4, largest=0, whose=places.OURS, inside=True)
TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Text:
    """`to` in E.164; neither the words nor the code are ever logged."""

    to: str = field(repr=False)
    words: str = field(repr=False)
    code: str = field(repr=False)


class Backend(Protocol):
    """Made anew, without arguments, for each text."""

    def send(self, text: Text) -> None:
        """Hand it over, or raise Undelivered."""


def send(text: Text, *, now: datetime) -> None:
    """This will hand the text over to the provider, or raise Undelivered.

    Call it outside of any transaction: a provider may think for seconds.
    """
    backend: Backend = import_string(settings.SMS_BACKEND)()
    backend.send(text)
    if settings.DEBUG:
        InboxMessage.objects.create(
            channel="sms", to=text.to, text=text.words, code=text.code, sent_at=now
        )


class Inbox:
    """For development: the inbox has every text anyway, so none need leave the machine."""

    def send(self, text: Text) -> None:
        if not settings.DEBUG:
            raise not_set_up()


class Http:
    """Posts `{"to": "+1…", "text": "…"}` to SMS_URL, with SMS_TOKEN as the bearer if there is one.

    Any answer of 200 to 299 means that the provider took it.
    """

    def send(self, text: Text) -> None:
        if not settings.SMS_URL:
            raise not_set_up()
        body = json.dumps({"to": text.to, "text": text.words}).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "Foyer"}
        if settings.SMS_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
        try:  # http or https: settings see to it; no redirect is followed, for the code's sake
            status = http.ask(
                "POST", settings.SMS_URL, terms=TERMS, headers=headers, body=body
            ).status
        except OSError as error:
            raise _failed(str(error)) from error
        if status not in TAKEN:
            raise _failed(f"HTTP {status}")


def not_set_up() -> Undelivered:
    logger.error("text not delivered: SMS_URL is not set")
    return Undelivered(400, "sms_not_configured", "Text messages are not set up: set SMS_URL.")


def _failed(why: str) -> Undelivered:
    """The kind of failure only: a provider quotes numbers, some quote texts."""
    logger.error("text not delivered: %s", why)
    return Undelivered(500, "internal_server_error", "The text message could not be sent.")
