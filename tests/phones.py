"""The phones of everybody: what was texted to which number."""

import re

from identity.delivery import Undelivered
from identity.sms import Text

outbox: list[Text] = []


class Phones:
    """The tests' SMS_BACKEND."""

    def send(self, text: Text) -> None:
        outbox.append(text)


class NoReception:
    """A provider that is down."""

    def send(self, text: Text) -> None:
        raise Undelivered(500, "internal_server_error", "The text message could not be sent.")


def texts(to: str) -> list[Text]:
    return [each for each in outbox if each.to == to]


def code(to: str) -> str:
    """The newest code texted to this number."""
    found = re.match(r"[0-9]{6}\b", texts(to)[-1].words)
    assert found
    return found[0]
