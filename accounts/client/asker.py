"""Who asks for a mail or a text, as far as its words go: their language, browser and place.

Set by whoever serves requests (project.requests), like the request's id; only calls that send
something say it. `locale` is a field of the contract; the headers are a Foyer's, and Stytch ignores
them. Everything here is the visitor's own word: good for words in a mail, and for nothing else.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import quote

DEVICE_HEADER = "X-Foyer-Client-Device"
PLACE_HEADER = "X-Foyer-Client-Place"
# What the contract knows of languages: of mails, and of texts (CONTRACT 2).
MAIL_LOCALES = ("en", "es", "pt-br", "fr")
TEXT_LOCALES = (
    *MAIL_LOCALES,
    *("it", "de-DE", "zh-Hans", "ca-ES", "ja", "ru", "nl", "pl", "tr", "fa", "vi", "cs"),
)
MAILS = frozenset(
    {
        "/v1/b2b/otps/email/discovery/send",
        "/v1/b2b/otps/email/login_or_signup",
        "/v1/b2b/magic_links/email/discovery/send",
        "/v1/b2b/magic_links/email/login_or_signup",
        "/v1/b2b/passwords/email/reset/start",
    }
)
# The last two may text a code by themselves.
TEXTS = frozenset(
    {
        "/v1/b2b/otps/sms/send",
        "/v1/b2b/sessions/exchange",
        "/v1/b2b/discovery/intermediate_sessions/exchange",
    }
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Each "" when not known; `locale` is one of TEXT_LOCALES."""

    locale: str = ""
    device: str = ""
    place: str = ""


NOBODY = Asker()
# A function, as most requests send nothing.
current: ContextVar[Callable[[], Asker]] = ContextVar("asker", default=lambda: NOBODY)


def fields(path: str) -> Mapping[str, str]:
    """Name the language to a call that knows it; nothing where it knows no such field."""
    if path not in MAILS | TEXTS:
        return {}
    locale = current.get()().locale
    known = MAIL_LOCALES if path in MAILS else TEXT_LOCALES
    return {"locale": locale} if locale in known else {}


def headers(path: str) -> Mapping[str, str]:
    if path not in MAILS:
        return {}
    asker = current.get()()
    said = {DEVICE_HEADER: asker.device, PLACE_HEADER: quote(asker.place)}
    return {name: value for name, value in said.items() if value}
