"""Foyer below a path of its own, such as /app, behind a proxy that has other things beside it."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# What no proxy, cookie or browser reads in two ways.
PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")


def path(written: str) -> str:
    """The path that Foyer lives below, without the slash at its end; "" is the whole origin."""
    found = written.rstrip("/")
    if found and not PATH.fullmatch(found):
        raise ImproperlyConfigured(f"SCRIPT_NAME takes a path such as /app, not {written!r}.")
    return found


def origin(public_url: str, *, mount: str) -> str:
    """The origin of PUBLIC_URL, which may name the path below it once more, and no other."""
    parts = urlsplit(public_url)
    if parts.path not in {"", mount} or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"PUBLIC_URL takes an origin such as https://app.example.com, not {public_url!r}. "
            "The path below it is SCRIPT_NAME."
        )
    return parts._replace(path="").geturl()


def probes(mount: str) -> list[str]:
    """Of the paths of project.health, without their first slash, patterns as Django takes them."""
    return [rf"^{mount.lstrip('/')}/?{probe}$" for probe in ("healthz", "readyz")]


class Mounted:
    """Takes the paths that a proxy passes on whole, and those it has taken the prefix from.

    The second kind also comes from a load balancer that probes /healthz by bare address. Servers
    that know of prefixes take the first kind alone.
    """

    def __init__(self, application: Application, mount: str) -> None:
        self.application = application
        self.mount = mount

    def __call__(
        self, request: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        asked = request["PATH_INFO"]
        if f"{asked}/".startswith(f"{self.mount}/"):
            request["PATH_INFO"] = asked[len(self.mount) :]
        return self.application(request, start_response)
