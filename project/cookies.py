"""Reads how the sign-in's cookies are called and where they go; refuses what can't work."""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured
from django.utils.http import is_same_domain

from project import environment as env

# RFC 6265 4.1.1: a token.
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# The first is ours to set, with all that it asks for; a browser drops the others' misuse silently.
PREFIXES = ("__Host-", "__Secure-")
# Beside the configured ones there are the session's name with these; see accounts.incoming.KINDS.
DERIVED = ("stamp", "seen", "method", "generation", "browser", "last")

VARIABLES = {
    "session": "SESSION_TOKEN_COOKIE",
    "jwt": "SESSION_JWT_COOKIE",
    "pending": "PENDING_COOKIE",
}


def read(*, mount: str, hosts: Sequence[str]) -> tuple[dict[str, str], str, str | None]:
    """Their names by kind, their path, and their domain if they have one."""
    names = {
        "session": env.text("SESSION_TOKEN_COOKIE", "stytch_session"),
        "jwt": env.text("SESSION_JWT_COOKIE", "stytch_session_jwt"),
        "pending": env.text("PENDING_COOKIE", "stytch_intermediate_session_token"),
    }
    path, domain = env.text("COOKIE_PATH", "/"), env.text("COOKIE_DOMAIN") or None
    refuse(names=names, path=path, domain=domain, mount=mount, hosts=hosts)
    return names, path, domain


def refuse(
    *, names: Mapping[str, str], path: str, domain: str | None, mount: str, hosts: Sequence[str]
) -> None:
    """Raise with a sentence: otherwise whoever signs in would be asked again, for ever."""
    for reason in (*_path(path, mount), *_domain(domain or "", hosts), *_names(names)):
        raise ImproperlyConfigured(reason)


def _path(path: str, mount: str) -> Iterator[str]:
    """A cookie goes along to its path and what is below it (RFC 6265 5.1.4)."""
    below = path if path.endswith("/") else f"{path}/"
    if not path.startswith("/") or not f"{mount}/".startswith(below):
        lives = f"lives at {mount} (SCRIPT_NAME)" if mount else "lives at /"
        yield (
            f"COOKIE_PATH is {path}, and Foyer {lives}: its pages would never get their cookies. "
            f"Take {mount or '/'}, or a path above it."
        )


def _domain(domain: str, hosts: Sequence[str]) -> Iterator[str]:
    """A browser keeps a cookie of its own host's domain alone (RFC 6265 5.3)."""
    bare = domain.removeprefix(".").lower()
    if domain and not any(
        host == "*" or is_same_domain(host.lower().strip("."), f".{bare}") for host in hosts
    ):
        yield (
            f"COOKIE_DOMAIN is {domain}, and no host of ALLOWED_HOSTS is it or below it: "
            "no browser would keep the cookies."
        )


def _names(names: Mapping[str, str]) -> Iterator[str]:
    derived = {f"{names['session']}_{each}" for each in DERIVED}
    for kind, name in names.items():
        if not NAME.fullmatch(name) or name.startswith(PREFIXES):
            yield (
                f"{VARIABLES[kind]} is {name!r}, which can’t be the name of a cookie;"
                " __Host- is put in front by itself."
            )
        elif name in derived or list(names.values()).count(name) > 1:
            yield f"Two cookies would be called {name}: give each a name of its own."
