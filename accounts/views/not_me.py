"""Landing with "this wasn't me": ends the session its mail was about, once that is confirmed."""

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts import disowning, session_rows
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected, SessionExpired
from accounts.disowning import Disowned
from accounts.navigation import go, page
from accounts.service import identity
from accounts.session_rows import Row

ENDED = "That session is ended. Sign in to look over what protects your account."
OVER = "That session was over already. Sign in to look over what protects your account."


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: AuthRequest) -> HttpResponse:
    """The token is in the address, so no other request is to name it, as in authenticate.py."""
    response = answer(request)
    response["Referrer-Policy"] = "strict-origin"
    return response


def answer(request: AuthRequest) -> HttpResponse:
    """A link preview only looks: QUALITY 20. Whoever holds no good token learns nothing."""
    token = (request.POST or request.GET).get("token", "")
    disowned = disowning.unseal(token, now=timezone.now())
    if disowned is None:
        return page(request, "accounts/sessions/not_me_unknown.html", status=404)
    if request.method != "POST":
        context = {"token": token, "row": row_of(disowned)}
        return page(request, "accounts/sessions/not_me.html", context)
    messages.success(request, ENDED if end(disowned) else OVER)
    leave_if_here(request, disowned)
    return go(request, to_review(disowned))


def row_of(disowned: Disowned) -> Row | None:
    """The session as the service lists it, None once it is over."""
    try:
        found = identity().sessions.list(
            organization_id=disowned.organization_id, member_id=disowned.member_id
        )
    except RateLimited:
        raise
    except Rejected:  # the member is no more
        return None
    wanted = (each for each in found if each.member_session_id == disowned.member_session_id)
    return next(map(session_rows.row, wanted), None)


def end(disowned: Disowned) -> bool:
    """Whether there was something to end."""
    try:
        identity().sessions.revoke(member_session_id=disowned.member_session_id)
    except SessionExpired:
        return False
    return True


def leave_if_here(request: AuthRequest, disowned: Disowned) -> None:
    """Pressed in the very browser that was disowned: it has no session any more either."""
    member = request.auth.member
    if member is not None and member.member_session_id == disowned.member_session_id:
        request.auth.sign_out()
        rotate_token(request)


def to_review(disowned: Disowned) -> str:
    """By way of the organization's sign-in, which lets those through who are in by a good one.

    By its id: in the week that the mail works its slug may be given up, and taken by strangers.
    """
    door = reverse("accounts:organization_login", kwargs={"slug": disowned.organization_id})
    return f"{door}?{urlencode({'next': reverse('accounts:security_review')})}"
