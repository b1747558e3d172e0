"""Recovery codes: how many are left, and new ones."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import refusals
from accounts.account import Account
from accounts.auth import MemberRequest
from accounts.client.errors import Rejected, SessionExpired
from accounts.navigation import go, page
from accounts.pending import CodesToKeep
from accounts.recent import VerifiedRequest, recently_verified
from accounts.service import identity


@require_http_methods(["GET", "HEAD", "POST"])
@recently_verified()
def codes(request: VerifiedRequest) -> HttpResponse:
    """The old ones are not shown again; who lost them makes new ones."""
    if request.method == "POST":
        return rotate(request, request.account)
    left = identity().second_factors.recovery_codes(**request.account.whose)
    context = {"account": request.account, "left": len(left)}
    return page(request, "accounts/security/codes.html", context)


def rotate(request: MemberRequest, account: Account) -> HttpResponse:
    try:
        identity().second_factors.rotate_recovery_codes(**account.whose)
    except SessionExpired:
        raise
    except Rejected as no:
        messages.error(request, refusals.say(no))
        return go(request, "accounts:security")
    onward = reverse("accounts:security")
    keep = CodesToKeep(account.member.member_id, made_at=timezone.now(), next=onward)
    request.auth.replace(pending=keep)
    return go(request, "accounts:recovery_codes")
