"""Where browsers reach the service: for the addresses it gives to identity providers."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest


def callback(request: HttpRequest, path: str) -> str:
    """The absolute address of `path`; of calls that come from inside, it is without the origin."""
    return origin(request) + below(path)


def below(path: str) -> str:
    """`path` as a browser asks for it, below the one that the app is mounted at."""
    return f"{settings.FORCE_SCRIPT_NAME or ''}{path}"


def origin(request: HttpRequest) -> str:
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:  # the embedded transport's name for itself
        return ""
