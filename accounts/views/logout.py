"""Signing out: the service first, then this browser."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import scripts
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
    is_confirmed = revoked(request)
    answer = hydrate(request, SignedOut("signed_out"))
    if scripts.prefers_json(request):
        return tell(request, answer, is_confirmed=is_confirmed)
    if is_confirmed:
        messages.success(request, "You’re signed out.")
    else:
        messages.warning(request, UNCONFIRMED)
    return answer


def tell(request: AuthRequest, answer: HttpResponse, *, is_confirmed: bool) -> HttpResponse:
    """As to people: whether the service knows of it, and where it leads."""
    onward = answer["Location"]
    told = scripts.signed_out(request, status=200, is_confirmed=is_confirmed, next=onward)
    return scripts.in_place_of(answer, told)


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
