"""Our cookies as they arrive: what they are called, and which of them can't be used."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import Morsel

from django.conf import settings
from django.http import HttpRequest

from accounts.remembered import by_settings

logger = logging.getLogger(__name__)

KINDS = ("session", "jwt", "stamp", "seen", "pending", "method", "generation", "browser", "last")


@dataclass(frozen=True, slots=True)
class Stray:
    """A cookie that means nothing and is to go; `domains` are those it may have been set for."""

    kind: str
    domains: tuple[str | None, ...]


def cookie_name(kind: str) -> str:
    return cookie_names()[kind]


@by_settings
def cookie_names() -> Mapping[str, str]:
    """The names on the wire; `__Host-` forbids a Domain and any Path but /, and goes with them."""
    own_host = settings.HTTPS and not settings.COOKIE_DOMAIN and settings.COOKIE_PATH == "/"
    prefix, configured = "__Host-" if own_host else "", settings.COOKIE_NAMES
    session = configured["session"]
    return {kind: f"{prefix}{configured.get(kind) or f'{session}_{kind}'}" for kind in KINDS}


def sort(request: HttpRequest) -> tuple[dict[str, str], tuple[Stray, ...]]:
    """This will tell what came once, by kind, from what came twice.

    Of two with one name (one of an old COOKIE_DOMAIN, say) nobody can tell which is ours, so
    neither is used and both are expired, everywhere they can have been set.
    """
    named = cookie_names()
    twice = _came_twice(request)
    doubled = [kind for kind, name in named.items() if name in twice] if twice else []
    if doubled:
        logger.warning("Cookies that came twice are expired: %s", ", ".join(doubled))
    came = {
        kind: value
        for kind, name in named.items()
        if (value := request.COOKIES.get(name)) and kind not in doubled
    }
    return came, tuple(Stray(kind, _domains(request)) for kind in doubled)


def strays(came: dict[str, str], useless: Iterable[str]) -> tuple[Stray, ...]:
    return tuple(Stray(kind, (settings.COOKIE_DOMAIN,)) for kind in useless if kind in came)


def _came_twice(request: HttpRequest) -> frozenset[str]:
    """Names that came with more than one value; nearly always none, so that is told first."""
    header = request.META.get("HTTP_COOKIE", "")
    if header.count(";") + 1 == len(request.COOKIES):
        return frozenset()  # Django has kept one of each name, and that is all there are
    pairs = (pair.partition("=") for pair in header.split(";"))
    counts = Counter(name.strip() for name, _, value in pairs if value.strip('" '))
    return frozenset(name for name, count in counts.items() if count > 1)


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
