"""Organizations' logos from our own origin: fetched once, looked at, and drawn anew.

An organization's admin chooses the address, so a page that loaded it would tell that admin who
looks. It is this app that asks, whichever service it is on: by the guarded door, never while a page
waits, and only for addresses that a page of ours was about to show.
"""

import hashlib
import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.cache import cache, caches
from django.urls import reverse

from accounts import pictures
from outbound import http, places
from outbound.sockets import Private

logger = logging.getLogger(__name__)

# An address is fetched once a day; one that has no picture is left alone for a while.
GOOD, BAD = 24 * 60 * 60, 10 * 60  # seconds
SOON = 60  # seconds after which a browser may ask again for one that isn't there yet
SECONDS = 5  # for a fetch in all
LARGEST = 1024 * 1024  # bytes
# Fetches in WINDOW seconds: strangers create organizations, and may point them at anybody.
WINDOW, OF_ONE_HOST, OF_ALL = 10 * 60, 30, 600
LOOPBACK = frozenset({"localhost", "127.0.0.1"})
# Shown where there is no logo: the monogram below shines through.
NOTHING = pictures.nothing()


def address(logo_url: str) -> str:
    """Where a page of ours finds it, "" where none will come; the same for as long as the key is.

    Signed, so that nobody has this server fetch what no organization has for a logo.
    """
    if not _is_allowed(logo_url) or caches["logos"].get(_key(logo_url)) == NOTHING:
        return ""
    return reverse("accounts:logo", args=[_signer().sign_object(logo_url)])


def url_of(signed: str) -> str:
    """What was signed, or "" for what wasn't."""
    try:
        return str(_signer().unsign_object(signed))
    except (signing.BadSignature, ValueError):
        return ""


def picture(logo_url: str) -> bytes:
    """A PNG, ours, or NOTHING; asked for by many at once it is fetched by one of them."""
    kept, key = caches["logos"], _key(logo_url)
    held: bytes | None = kept.get(key)
    if held is not None:
        return held
    if not kept.add(f"{key}:fetching", 1, SECONDS * 2) or not _may_fetch(logo_url):
        return NOTHING
    found = _fetched(logo_url)
    kept.set(key, found, BAD if found == NOTHING else GOOD)
    return found


def _fetched(logo_url: str) -> bytes:
    host = urlsplit(logo_url).hostname or ""
    inside = settings.DEBUG and host in LOOPBACK
    terms = http.Terms(seconds=SECONDS, largest=LARGEST, whose=places.LOGOS, inside=inside)
    try:
        answer = http.ask("GET", logo_url, terms=terms, headers={"Accept": pictures.ACCEPT})
        return pictures.drawn(_body(answer))
    except (OSError, Private, pictures.Unfit) as error:
        logger.warning("no logo from %s: %s", host, error)
        return NOTHING


def _body(answer: http.Answer) -> bytes:
    if answer.status != 200 or not answer.content_type.lower().startswith("image/"):
        raise pictures.Unfit(f"status {answer.status} {answer.content_type[:40]!r}")
    if not answer.is_whole:
        raise pictures.Unfit("too long")
    return answer.body


def _may_fetch(logo_url: str) -> bool:
    """Counted for all of this app's processes where they share a cache."""
    host = (urlsplit(logo_url).hostname or "").lower()
    return _counted(f"logos:{host}") <= OF_ONE_HOST and _counted("logos") <= OF_ALL


def _counted(name: str) -> int:
    cache.add(name, 0, WINDOW)
    try:
        return cache.incr(name)
    except ValueError:  # its time was up in this very moment
        return 1


def _is_allowed(logo_url: str) -> bool:
    """What can't be fetched isn't asked for; what the name leads to is looked at when calling."""
    try:
        parts = urlsplit(logo_url)
    except ValueError:
        return False
    inside = settings.DEBUG and parts.hostname in LOOPBACK
    return bool(parts.hostname) and "@" not in parts.netloc and (parts.scheme == "https" or inside)


def _key(logo_url: str) -> str:
    return hashlib.sha256(logo_url.encode()).hexdigest()


def _signer() -> signing.Signer:
    return signing.Signer(salt="foyer logos")
