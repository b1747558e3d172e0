"""The members of the organization, and taking a second factor from one of them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.auth import MemberRequest
from accounts.client.entities import Member
from accounts.client.errors import Rejected
from accounts.navigation import go, page
from accounts.permissions import permission_required
from accounts.recent import VerifiedRequest, recently_verified
from accounts.service import identity
from orgswitcher import forms

PAGE_SIZE = 50


@require_safe
@permission_required("stytch.member", "search", strict=True)
def members(request: MemberRequest) -> HttpResponse:
    """An address that makes no sense to the service (400) leads to the whole list."""
    wanted = forms.wanted(request.GET)
    try:
        found = identity().organizations.members.search(
            [request.member.organization_id],
            {"member_email_fuzzy": wanted} if wanted else None,
            limit=PAGE_SIZE,
            cursor=request.GET.get("cursor", "")[:512],
        )
    except Rejected as no:
        if no.status_code != 400 or not request.GET:
            raise
        return go(request, "orgswitcher:members")
    context = {"found": found, "q": wanted}
    return page(request, "orgswitcher/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("stytch.member", "update.info.delete.mfa-totp", strict=True)
@recently_verified(shows_page=True)
def reset(request: VerifiedRequest, member_id: str) -> HttpResponse:
    """The named member sets up a new second factor at their next sign-in."""
    other = colleague(request, member_id)
    if request.method != "POST":
        context = {"other": other, "account": request.account}
        return page(request, "orgswitcher/member_reset.html", context)
    forget(other, acting_session_token=request.account.session_token)
    messages.success(request, f"The second step of {other.email_address} is reset.")
    return go(request, "orgswitcher:members")


def colleague(request: MemberRequest, member_id: str) -> Member:
    """Of this very organization, whatever the address says (QUALITY 53); and not oneself."""
    here = request.member.organization_id
    try:
        other = identity().organizations.members.get(organization_id=here, member_id=member_id)
    except Rejected as no:
        raise Http404 from no
    if other.organization_id != here or other.member_id == request.member.member_id:
        raise Http404
    return other


def forget(other: Member, *, acting_session_token: str) -> None:
    """The service checks once more that the admin may, and mails the member about each factor.

    Their sessions end as well: whoever has the lost phone may be in one.
    """
    factors = identity().second_factors
    whose = {"organization_id": other.organization_id, "member_id": other.member_id}
    if other.totp_registration_id:
        factors.delete_totp(**whose, acting_session_token=acting_session_token)
    if other.mfa_phone_number:
        factors.delete_phone(**whose, acting_session_token=acting_session_token)
    identity().sessions.revoke(member_id=other.member_id)
