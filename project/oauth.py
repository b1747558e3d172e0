"""Which OAuth providers are offered, and as which client: read from the environment."""

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

from project import environment as env

# What the demo provider knows this app by; it isn't asked for anything that could be secret.
DEMO_CLIENT = ("demo-google", "demo")


def clients(*, demo: bool) -> dict[str, tuple[str, str]]:
    """Client id and secret by provider; `demo` stands in for Google unless that is set up."""
    found = {
        "google": (env.text("OAUTH_GOOGLE_CLIENT_ID"), env.text("OAUTH_GOOGLE_CLIENT_SECRET")),
        "microsoft": (
            env.text("OAUTH_MICROSOFT_CLIENT_ID"),
            env.text("OAUTH_MICROSOFT_CLIENT_SECRET"),
        ),
        "github": (env.text("OAUTH_GITHUB_CLIENT_ID"), env.text("OAUTH_GITHUB_CLIENT_SECRET")),
        "slack": (env.text("OAUTH_SLACK_CLIENT_ID"), env.text("OAUTH_SLACK_CLIENT_SECRET")),
        "hubspot": (env.text("OAUTH_HUBSPOT_CLIENT_ID"), env.text("OAUTH_HUBSPOT_CLIENT_SECRET")),
    }
    if demo and not all(found["google"]):
        found["google"] = DEMO_CLIENT
    return found


def issuers(found: dict[str, tuple[str, str]], *, demo_issuer: str) -> dict[str, str]:
    """Where endpoints are looked up instead of in identity/providers.py."""
    return {name: demo_issuer for name, client in found.items() if client == DEMO_CLIENT}


def offered(
    found: dict[str, tuple[str, str]], *, embedded: bool, public_token: str
) -> tuple[str, ...]:
    """Those we are a client of; a remote service has its own, so there the variable says."""
    if not embedded:
        return _named(found)
    names = tuple(name for name, client in found.items() if all(client))
    if names and not public_token:
        raise ImproperlyConfigured(
            f"Set IDENTITY_PUBLIC_TOKEN: signing in with {', '.join(names)} starts with it."
        )
    return names


def _named(known: Iterable[str]) -> tuple[str, ...]:
    named = env.words("OAUTH_PROVIDERS")
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ImproperlyConfigured(
            f"OAUTH_PROVIDERS takes {', '.join(known)}, not {', '.join(unknown)}."
        )
    return tuple(named)
