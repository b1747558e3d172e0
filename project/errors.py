"""What goes wrong outside of any view: pages in our look, that say what to do."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes

from accounts import answers, resending
from accounts.auth import AuthRequest
from accounts.inquiry import TROUBLE
from accounts.middleware import conflict

LAST_RESORT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Something broke</title>
<h1>Something broke on our side</h1>
<p>Go back and try again in a moment.</p></html>
"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answers.refuse(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answers.refuse(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answers.refuse(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort: it must not fail, so it uses nothing of the request, and needs no template.

    An htmx request gets the note that stays in the corner; what was typed is still there.
    """
    under_htmx = request.headers.get("HX-Request") == "true"
    try:
        text: str = render_to_string("errors/500.html#corner" if under_htmx else "errors/500.html")
    except Exception:  # noqa: BLE001 whatever broke the page may have broken this one too
        text = LAST_RESORT
    response = HttpResponse(text, status=500)
    response["Cache-Control"] = "private, no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than its token: signing in, out or over in another tab renewed that.

    Under htmx the page keeps its form and what was typed, and gets a fresh token. Without, the page
    offers to send the same again, secrets excepted. QUALITY 21.
    """
    moved = _conflict(request)
    if moved is not None:
        return moved
    here = {"action": escape_leading_slashes(request.get_full_path())}
    context = here | (resending.offer(request) if _is_ours(request) else {})
    return answers.refuse(request, 403, template="errors/csrf.html", context=context)


def _conflict(request: HttpRequest) -> HttpResponse | None:
    """Switching renews the token as well; then what matters is where the browser is now."""
    ours = cast("AuthRequest", request)
    if not _is_ours(request) or "organization_id" not in request.POST:
        return None
    try:
        return conflict(ours) if ours.auth.member else None
    except TROUBLE:
        return None


def _is_ours(request: HttpRequest) -> bool:
    """Only a form of this very origin is offered again: another site's would need but one press."""
    origin = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == origin or (
        request.headers.get("Sec-Fetch-Site") == "same-origin"
    )
