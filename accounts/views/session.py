"""This session: shown, told to scripts, and kept fresh by a page's heartbeat."""

from datetime import timedelta

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import explanation
from accounts.access import anonymous_allowed, in_background
from accounts.auth import AuthRequest
from accounts.client.entities import MemberSession
from accounts.client.tokens import Tokens
from accounts.middleware import sign_in
from accounts.navigation import page
from accounts.service import heartbeat
from accounts.views import home

# A beat comes a little early or late; one that is this near to being due counts as due.
SLACK = timedelta(seconds=5)


@anonymous_allowed
@require_safe
def session(request: AuthRequest) -> HttpResponse:
    """A page for people and, where JSON is preferred, the state for scripts."""
    member = request.auth.member
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return state(request, member)
    if member is None:
        return sign_in(request)
    return page(request, "accounts/session.html", home.describe(request, member))


@in_background
@anonymous_allowed
@require_POST
def refresh(request: AuthRequest) -> HttpResponse:
    """One beat. A JWT that another tab just renewed answers for itself: N tabs cost one call.

    Never moves the session's end. An outage is a 503 by the middleware, which changes nothing.
    """
    tokens = request.auth.credentials.session
    member = request.auth.refresh(older_than=heartbeat() - SLACK)
    context = (
        {
            "member": member,
            "organization_name": request.auth.organization_name,
            "seconds": seconds_to_next(member),
        }
        if member
        else {"member": None, "reason": reason_of_end(tokens)}
    )
    return page(request, "accounts/heartbeat.html", context)


def state(request: AuthRequest, member: MemberSession | None) -> HttpResponse:
    if member is None:
        return JsonResponse(
            {"state": "signed_out", "is_initialized": True, "session": None}, status=401
        )
    described = explanation.describe(member)
    return JsonResponse(
        {
            "state": "signed_in",
            "organization_name": request.auth.organization_name,
            "is_initialized": True,  # always: the server has looked before it answers
            "from_cache": request.auth.from_cache,
            "session": described,
        }
    )


def seconds_to_next(member: MemberSession) -> int:
    """When the JWT needs renewing, or the session is over, whichever comes first."""
    now = timezone.now()
    due = explanation.next_renewal(member, heartbeat=heartbeat())
    return max(1, int((due - now).total_seconds()) + 1)


def reason_of_end(tokens: Tokens | None) -> str:
    if tokens is None:
        return ""
    return "expired" if tokens.expires_at <= timezone.now() else "elsewhere"
