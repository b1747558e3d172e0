"""A member's sessions: where they are signed in, and ending those that shouldn't be."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import session_rows
from accounts.account import Account, ask
from accounts.auth import MemberRequest
from accounts.client.entities import MemberSession
from accounts.client.errors import SessionExpired
from accounts.navigation import go, page
from accounts.recent import VerifiedRequest, recently_verified
from accounts.service import identity, keeps_jwt
from accounts.session_rows import Row
from accounts.views.security.changes import elsewhere


@require_safe
def sessions(request: MemberRequest) -> HttpResponse:
    account = ask(request)
    context = {"rows": own(account), "keeps_jwt": keeps_jwt()}
    return page(request, "accounts/sessions/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_verified()
def end(request: VerifiedRequest, mark: str) -> HttpResponse:
    """Asked once, with the session named; one's own is ended by signing out."""
    account = request.account
    row = session_rows.find(own(account), mark)
    if row is None:
        raise Http404
    if row.is_here:
        return go(request, "accounts:logout")
    if request.method != "POST":
        return page(request, "accounts/sessions/end.html", {"row": row})
    finish(row.session)
    messages.success(request, f"The session is ended: {row.device}.")
    return go(request, "accounts:sessions")


@require_POST
@recently_verified()
def end_others(request: VerifiedRequest) -> HttpResponse:
    account = request.account
    for session in elsewhere(account):
        finish(session)
    messages.success(request, "Your other sessions are ended.")
    return go(request, "accounts:sessions")


def own(account: Account) -> tuple[Row, ...]:
    """Listed by the service for this very member: no other's session can be named."""
    found = identity().sessions.list(**account.whose)
    return session_rows.rows(found, here=account.session.member_session_id)


def finish(session: MemberSession, *, acting_session_token: str = "") -> None:
    """Over is over, whoever was quicker."""
    try:
        identity().sessions.revoke(
            member_session_id=session.member_session_id, acting_session_token=acting_session_token
        )
    except SessionExpired:
        return
