"""Which language a browser would like, by the names that the identity service has for some."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.client.asker import TEXT_LOCALES

# By the tag in small letters; a language whose name has a country or script answers to itself too.
NAMES = {name.lower(): name for name in TEXT_LOCALES}
NAMES |= {name.lower().partition("-")[0]: name for name in TEXT_LOCALES if "-" in name}
# Chinese in traditional letters is another one to its readers.
NAMES |= {"zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "", "zh-hk": "", "zh-hant": ""}


def wanted(request: HttpRequest) -> str:
    """The first of Accept-Language that the service has a name for; "" when there is none."""
    tags = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next(filter(None, (_name(tag) for tag, _ in tags)), "")


def _name(tag: str) -> str:
    """`fr-CA` is French, `zh-Hant-TW` isn't simplified Chinese."""
    while tag:
        if tag in NAMES:
            return NAMES[tag]
        tag = tag.rpartition("-")[0]
    return ""
