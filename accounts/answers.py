"""Pages that say no: whole ones, under htmx a note that leaves the page and its input alone, and
JSON for who prefers it.
"""

import logging
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from accounts import resending
from accounts.client.errors import Misasked, NotAllowedHere, RateLimited, Rejected, Unavailable

logger = logging.getLogger(__name__)

# htmx 4 swaps what any status below 500 brings; the notes bring their own place (hx-partial).
NO_SWAP = "none"
NOT_HERE = "errors/not_here.html"
# For scripts: what it is called, and in words.
IN_JSON = {
    "errors/400.html": ("bad_request", "That request can’t be read."),
    "errors/403.html": ("forbidden", "The role here doesn’t allow that."),
    "errors/404.html": ("not_found", "There is nothing here."),
    "errors/409.html": ("organization_mismatch", "This browser is in another organization now."),
    "errors/429.html": ("too_many_requests", "Too many requests. Try again later."),
    "errors/500.html": ("internal_error", "Something broke on our side."),
    "errors/503.html": ("unavailable", "The sign-in service can’t be reached."),
    "errors/csrf.html": ("csrf_failed", "The form’s token is out of date."),
    NOT_HERE: ("not_allowed_here", "This session isn’t allowed from this network."),
}


def refuse(
    request: HttpRequest,
    status: int,
    *,
    template: str = "",
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Answer with `errors/<status>.html`; `request_id` is in its context, for asking about it."""
    name = template or f"errors/{status}.html"
    response = _in_json(name, status) if prefers_json(request) else None
    response = response or _in_html(request, name, status, context or {})
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ("HX-Request", "Cookie", "Accept"))
    return response


def _in_json(name: str, status: int) -> HttpResponse | None:
    if name not in IN_JSON:
        return None
    error, said = IN_JSON[name]
    body = {"state": "refused", "error": error, "error_message": said}
    return JsonResponse(body, status=status)


def _in_html(
    request: HttpRequest, name: str, status: int, context: Mapping[str, object]
) -> HttpResponse:
    under_htmx = request.headers.get("HX-Request") == "true"
    facts = {"request_id": getattr(request, "request_id", ""), **context}
    response = render(request, f"{name}#corner" if under_htmx else name, facts, status=status)
    if under_htmx:
        response["HX-Reswap"] = NO_SWAP
    return response


def prefers_json(request: HttpRequest) -> bool:
    if request.headers.get("HX-Request") == "true":
        return False
    if request.content_type == "application/json":
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def of_trouble(request: HttpRequest, trouble: Unavailable | RateLimited) -> HttpResponse:
    """The one answer to each thing that keeps us from asking about a session; cookies stay."""
    match trouble:
        case RateLimited(retry_after=seconds):
            return too_many(request, retry_after=seconds)
        case NotAllowedHere():
            context = _signed_in(request) | resending.offer(request)
            return refuse(request, 403, template=NOT_HERE, context=context)
        case Misasked(error_type=error_type):
            logger.error("the service finds fault with our question: %s", error_type)
            return refuse(request, 500)
        case _:
            return unavailable(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The service gave no answer; cookies stay as they are, and a form is there to send again."""
    response = refuse(request, 503, context=_signed_in(request) | resending.offer(request))
    response["Retry-After"] = "5"  # seconds: a restart of the service takes about that
    return response


def too_many(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    context = {"retry_after": retry_after} | _signed_in(request) | resending.offer(request)
    response = refuse(request, 429, context=context)
    response["Retry-After"] = str(retry_after)
    return response


def _signed_in(request: HttpRequest) -> dict[str, object]:
    """Nobody can tell whether the session is alive; but nobody has ended it either."""
    auth = getattr(request, "auth", None)
    return {"is_signed_in": bool(auth and auth.credentials.session)}


def elsewhere(request: HttpRequest, *, organization_name: str) -> HttpResponse:
    """The page was made for another organization than the browser is in now; nothing is written."""
    return refuse(request, 409, context={"organization_name": organization_name})


def with_wait(response: HttpResponse, rejected: Rejected) -> HttpResponse:
    """Say to programs too when to come back."""
    if isinstance(rejected, RateLimited):
        response["Retry-After"] = str(rejected.retry_after)
    return response
