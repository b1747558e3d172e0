"""EMAIL_BACKEND of development: the inbox gets a copy of every mail, whichever room sends it."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from identity.models import InboxMessage

LINK = re.compile(r"https?://\S+")


class Inbox(BaseEmailBackend):
    """Hands the mail on to the backend that EMAIL_URL names, and keeps it if that took it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        relay = get_connection(settings.INBOX_RELAY, fail_silently=self.fail_silently)
        sent = relay.send_messages(email_messages) or 0
        for message in email_messages if settings.DEBUG else ():
            keep(message)
        return sent


def keep(message: EmailMessage) -> None:
    """This will also find the code and link of delivery.Letter; else the first link there is."""
    text = str(message.body)
    found = LINK.search(text)
    for address in message.to:
        InboxMessage.objects.create(
            channel="email",
            to=address,
            subject=str(message.subject),
            text=text,
            html=_html(message),
            code=getattr(message, "code", ""),
            link=getattr(message, "link", found[0] if found else ""),
            sent_at=getattr(message, "sent_at", None) or timezone.now(),
        )


def _html(message: EmailMessage) -> str:
    parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(body) for body, kind in parts if kind == "text/html"), "")
