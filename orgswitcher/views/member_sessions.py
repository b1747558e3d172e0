"""A member's sessions, for the organization's admins: where they are signed in, and ending it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import session_rows
from accounts.auth import MemberRequest
from accounts.client.entities import Member
from accounts.navigation import go, page
from accounts.permissions import permission_required
from accounts.recent import VerifiedRequest, recently_verified
from accounts.service import identity
from accounts.session_rows import Row
from accounts.views.sessions import finish
from orgswitcher.views.members import colleague


@require_safe
@permission_required("stytch.member", "revoke-sessions", strict=True)
def sessions(request: MemberRequest, member_id: str) -> HttpResponse:
    other = colleague(request, member_id)
    context = {"other": other, "rows": rows_of(other)}
    return page(request, "orgswitcher/member_sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("stytch.member", "revoke-sessions", strict=True)
@recently_verified()
def end(request: VerifiedRequest, member_id: str, mark: str) -> HttpResponse:
    account = request.account
    other = colleague(request, member_id)
    row = session_rows.find(rows_of(other), mark)
    if row is None:
        raise Http404
    if request.method != "POST":
        return page(request, "orgswitcher/member_session_end.html", {"other": other, "row": row})
    finish(row.session, acting_session_token=account.session_token)
    messages.success(request, f"A session of {other.email_address} is ended: {row.device}.")
    return go(request, reverse("orgswitcher:member_sessions", args=[other.member_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("stytch.member", "revoke-sessions", strict=True)
@recently_verified()
def end_all(request: VerifiedRequest, member_id: str) -> HttpResponse:
    """The service asks once more whether the admin may."""
    account = request.account
    other = colleague(request, member_id)
    if request.method != "POST":
        context = {"other": other, "rows": rows_of(other)}
        return page(request, "orgswitcher/member_sessions_end.html", context)
    identity().sessions.revoke(
        member_id=other.member_id, acting_session_token=account.session_token
    )
    messages.success(request, f"{other.email_address} is signed out everywhere.")
    return go(request, "orgswitcher:members")


def rows_of(other: Member) -> tuple[Row, ...]:
    found = identity().sessions.list(
        organization_id=other.organization_id, member_id=other.member_id
    )
    return session_rows.rows(found)
