"""Signing out: the service first, then this browser."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.errors import IdentityError, SessionExpired
from accounts.client.outcomes import SignedOut
from accounts.hydration import hydrate
from accounts.navigation import page
from accounts.service import identity

UNCONFIRMED = (
    "You’re signed out of this browser. The sign-in service didn’t answer, so the session itself "
    "may last until its end."
)


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def logout(request: AuthRequest) -> HttpResponse:
    """Whoever presses this wants out, so the cookies go even when the service can't be told."""
    if request.method != "POST":
        return page(request, "accounts/logout.html", {"member": request.auth.member})
    if revoked(request):
        messages.success(request, "You’re signed out.")
    else:
        messages.warning(request, UNCONFIRMED)
    return hydrate(request, SignedOut("signed_out"))


def revoked(request: AuthRequest) -> bool:
    tokens = request.auth.credentials.session
    if tokens is None:
        return True
    try:
        identity().sessions.revoke(session_token=tokens.session_token)
    except SessionExpired:
        return True
    except IdentityError:
        return False
    return True
