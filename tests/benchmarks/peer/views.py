"""The home page, told the same by a user and a session row as ours is by a JWT."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import explanation
from accounts.client.entities import Factor, MemberSession
from accounts.lifetime import Lifetime, latest_end


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    heartbeat, now = timedelta(seconds=settings.HEARTBEAT_SECONDS), timezone.now()
    # {% can %} asks it who is here, and then the same policy as with us
    request.auth = SimpleNamespace(known_member=member)  # type: ignore[attr-defined]
    context = {
        "member": member,
        "organization_name": request.session["organization_name"],
        "explained": explanation.explain(member, now=now, heartbeat=heartbeat),
        "heartbeat_seconds": settings.HEARTBEAT_SECONDS,
        "lifetime": Lifetime(now=now, ends_at=member.expires_at, latest=latest_end(member)),
        "claims": "",
    }
    response = render(request, "accounts/home.html", context)
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    return response


def member_of(request: HttpRequest) -> MemberSession:
    """Organization and factors come with the session row: a row of their own would cost a query."""
    kept, user = request.session, request.user
    started_at = datetime.fromisoformat(kept["started_at"])
    email = Factor("email_otp", "email", started_at, user.email)
    return MemberSession(
        member_session_id=kept["session_id"],
        member_id=str(user.pk),
        organization_id=kept["organization_id"],
        organization_slug=kept["organization_slug"],
        started_at=started_at,
        last_accessed_at=started_at,
        expires_at=datetime.fromisoformat(kept["expires_at"]),
        factors=(email,),
        roles=tuple(kept["roles"]),
        issued_at=started_at,
    )
