"""What accounts asks of the settings: the one identity client, and how to use it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts import forwarded
from accounts.client.client import IdentityClient
from accounts.client.outcomes import Authenticated
from accounts.remembered import by_settings

# Where an in-process service is said to live; no socket is ever opened to it.
EMBEDDED_URL = "http://identity.invalid"

ClaimsHook = Callable[[Authenticated, HttpRequest], Mapping[str, object] | None]
PlaceHook = Callable[[str], str]


@by_settings
def identity() -> IdentityClient:
    """The client the settings describe, one per process; other settings give another one.

    Remembered, since each request asks for it, and reading seven settings costs a third of a check.
    """
    return client(
        settings.IDENTITY_URL or EMBEDDED_URL,
        settings.IDENTITY_PROJECT_ID,
        settings.IDENTITY_SECRET,
        settings.IDENTITY_TRANSPORT,
        settings.IDENTITY_PUBLIC_TOKEN,
        settings.IDENTITY_URL or settings.FORCE_SCRIPT_NAME or "",
        settings.IDENTITY_MOST_WAITING,
    )


def forget() -> None:
    """Forget the clients and the keys they have seen, as a restart would."""
    client.cache_clear()
    identity.cache_clear()


@lru_cache(maxsize=2)
def client(
    base_url: str,
    project_id: str,
    secret: str,
    transport: str,
    public_token: str = "",
    public_url: str = "",
    most_waiting: int = 6,
) -> IdentityClient:
    """Build a client; `transport` is the dotted path of a factory, "" for the network."""
    return IdentityClient(
        base_url=base_url,
        project_id=project_id,
        secret=secret,
        public_token=public_token,
        public_url=public_url,
        most_waiting=most_waiting,
        transport=import_string(transport)() if transport else None,
    )


def session_duration_minutes() -> int:
    minutes: int = settings.SESSION_DURATION_MINUTES
    return minutes


def idle_limit() -> timedelta | None:
    """How long a session lasts without activity; None lets only its end count."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES) or None


def longest_session() -> timedelta:
    """How far from its first proof a session's end may be moved."""
    return timedelta(minutes=settings.SESSION_MAX_MINUTES)


def extends_on_activity() -> bool:
    return bool(settings.SESSION_EXTEND_ON_ACTIVITY)


def offered_providers() -> tuple[str, ...]:
    """The OAuth providers that there is a client for; the others aren't shown."""
    providers: tuple[str, ...] = settings.OAUTH_PROVIDERS
    return providers


def heartbeat() -> timedelta:
    """How old a JWT may grow before a page asks for the next one."""
    return timedelta(seconds=settings.HEARTBEAT_SECONDS)


def claims_hook() -> ClaimsHook | None:
    """The team's function that gives a session its custom claims: see accounts/claims.py."""
    path: str = settings.SESSION_CLAIMS
    hook: ClaimsHook | None = import_string(path) if path else None
    return hook


def place_hook() -> PlaceHook | None:
    """The team's function that says where an address is, such as "Lisbon"; "" when unknown."""
    path: str = settings.PLACE_OF_ADDRESS
    hook: PlaceHook | None = import_string(path) if path else None
    return hook


def keeps_jwt() -> bool:
    """Whether a browser holds the session's JWT, which is checked here (SESSION_CHECK=jwt).

    Without it (SESSION_CHECK=token) the service is asked at each request: see session_check.py.
    """
    return bool(settings.SESSION_CHECK == "jwt")


def strict_writes() -> bool:
    """Whether every unsafe request of a member is confirmed by the service first."""
    return bool(settings.STRICT_WRITES)


def may_create_organizations() -> bool:
    """Whether people are offered an organization of their own."""
    return bool(settings.CREATE_ORGANIZATIONS)


def creates_first_organization() -> bool:
    """Whether who is in none gets one without being asked."""
    return may_create_organizations() and bool(settings.CREATE_FIRST_ORGANIZATION)


def is_demo() -> bool:
    """Whether there is a development inbox to point to, and claims may be shown raw."""
    return bool(settings.DEBUG and settings.IDENTITY_EMBEDDED)


def public_url(request: HttpRequest, path: str) -> str:
    """The address people reach `path` by, for links that leave this browser."""
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL.rstrip('/')}{path}"
    return request.build_absolute_uri(path)


def client_ip(request: HttpRequest) -> str:
    """The visitor's address; see forwarded.py for whom it is that vouches for it."""
    header = request.headers.get("X-Forwarded-For", "")
    peer = str(request.META.get("REMOTE_ADDR", ""))
    return forwarded.client(header, trusted=settings.TRUSTED_PROXIES, peer=peer)
