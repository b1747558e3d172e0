"""Our cookies as they arrive: what they are called, and which of them can't be used."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import Morsel

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

KINDS = ("session", "jwt", "stamp", "seen", "pending", "method", "generation")


@dataclass(frozen=True, slots=True)
class Stray:
    """A cookie that means nothing and is to go; `domains` are those it may have been set for."""

    kind: str
    domains: tuple[str | None, ...]


def cookie_name(kind: str) -> str:
    """The name on the wire; `__Host-` forbids a Domain and any Path but /, and goes with them."""
    names = settings.COOKIE_NAMES
    name: str = names[kind] if kind in names else f"{names['session']}_{kind}"
    own_host = settings.HTTPS and not settings.COOKIE_DOMAIN and settings.COOKIE_PATH == "/"
    return f"__Host-{name}" if own_host else name


def sort(request: HttpRequest) -> tuple[dict[str, str], tuple[Stray, ...]]:
    """This will tell what came once, by kind, from what came twice.

    Of two with one name (one of an old COOKIE_DOMAIN, say) nobody can tell which is ours, so
    neither is used and both are expired, everywhere they can have been set.
    """
    pairs = (pair.partition("=") for pair in request.META.get("HTTP_COOKIE", "").split(";"))
    counts = Counter(name.strip() for name, _, value in pairs if value.strip('" '))
    doubled = [kind for kind in KINDS if counts[cookie_name(kind)] > 1]
    if doubled:
        logger.warning("Cookies that came twice are expired: %s", ", ".join(doubled))
    came = {
        kind: request.COOKIES[cookie_name(kind)]
        for kind in KINDS
        if request.COOKIES.get(cookie_name(kind)) and kind not in doubled
    }
    return came, tuple(Stray(kind, _domains(request)) for kind in doubled)


def strays(came: dict[str, str], useless: Iterable[str]) -> tuple[Stray, ...]:
    return tuple(Stray(kind, (settings.COOKIE_DOMAIN,)) for kind in useless if kind in came)


def _domains(request: HttpRequest) -> tuple[str | None, ...]:
    """This host alone, or it and the ones above it."""
    labels = request.get_host().partition(":")[0].split(".")
    above = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return tuple(dict.fromkeys([None, *above, settings.COOKIE_DOMAIN]))


def expired(name: str, domain: str | None) -> Morsel[str]:
    """Of another Domain than ours; Django keeps one cookie a name, so it gets a key of its own."""
    morsel: Morsel[str] = Morsel()
    morsel.set(name, "", "")
    morsel.update({"path": settings.COOKIE_PATH, "max-age": "0"})
    if domain is not None:
        morsel["domain"] = domain
    return morsel
