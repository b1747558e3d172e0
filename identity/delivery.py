"""Mails to people: text and HTML from one template each, sent before the answer goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mail:
    """`template` names templates/email/<template>.{txt,html}."""

    template: str
    to: str
    subject: str
    context: Mapping[str, str] = field(repr=False)
    # What the development inbox offers for copying; never logged.
    code: str = field(default="", repr=False)
    link: str = field(default="", repr=False)


class Undelivered(Exception):
    """The mail server could not be reached or did not take the mail."""
