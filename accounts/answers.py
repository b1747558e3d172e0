"""Pages that say no: whole ones, and under htmx a note that leaves the page and its input alone."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from accounts import resending
from accounts.client.errors import RateLimited, Rejected

# htmx 4 swaps what any status below 500 brings; the notes bring their own place (hx-partial).
NO_SWAP = "none"


def refuse(
    request: HttpRequest,
    status: int,
    *,
    template: str = "",
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Answer with `errors/<status>.html`; `request_id` is in its context, for asking about it."""
    name = template or f"errors/{status}.html"
    under_htmx = request.headers.get("HX-Request") == "true"
    facts = {"request_id": getattr(request, "request_id", ""), **(context or {})}
    response = render(request, f"{name}#corner" if under_htmx else name, facts, status=status)
    if under_htmx:
        response["HX-Reswap"] = NO_SWAP
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    """The service gave no answer; cookies stay as they are, and a form is there to send again."""
    signed_in = {"is_signed_in": bool(_session_of(request))}
    response = refuse(request, 503, context=signed_in | resending.offer(request))
    response["Retry-After"] = "5"  # seconds: a restart of the service takes about that
    return response


def too_many(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    context = {"retry_after": retry_after} | resending.offer(request)
    response = refuse(request, 429, context=context)
    response["Retry-After"] = str(retry_after)
    return response


def _session_of(request: HttpRequest) -> object:
    """Nobody can tell whether it is alive; but nobody has ended it either."""
    auth = getattr(request, "auth", None)
    return auth and auth.credentials.session


def elsewhere(request: HttpRequest, *, organization_name: str) -> HttpResponse:
    """The page was made for another organization than the browser is in now; nothing is written."""
    return refuse(request, 409, context={"organization_name": organization_name})


def with_wait(response: HttpResponse, rejected: Rejected) -> HttpResponse:
    """Say to programs too when to come back."""
    if isinstance(rejected, RateLimited):
        response["Retry-After"] = str(rejected.retry_after)
    return response
