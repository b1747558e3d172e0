"""The one cookie of the service: the sign-ins of this browser on their way through a provider.

It proves that the browser that comes back is the one that began (QUALITY 22). It stands beside
accounts/cookies.py, because it belongs to the service: a Foyer elsewhere, asked by other
apps, sets it at its own origin. Lax, since the provider sends the browser back from another site;
Strict would lose every flow. A few stand side by side, for each tab its own (operations/flows.py);
the cookie never grows beyond LONGEST, and lives as long as the newest.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# As long as somebody may take to sign in at their provider.
LIFETIME = timedelta(minutes=10)
# With name and attributes below the 4096 bytes that every browser keeps (RFC 6265 6.1).
LONGEST = 3800


def name() -> str:
    return "__Host-foyer_flow" if settings.HTTPS else "foyer_flow"


def read(request: HttpRequest) -> str:
    return request.COOKIES.get(name(), "")


def keep(response: HttpResponseBase, sealed: str) -> None:
    """What is under way, "" for nothing any more."""
    _set(response, sealed, max_age=int(LIFETIME.total_seconds()) if sealed else 0)


def _set(response: HttpResponseBase, value: str, *, max_age: int) -> None:
    response.set_cookie(
        name(),
        value,
        max_age=max_age,
        path="/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
