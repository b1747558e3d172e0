"""What follows a change to a member's own factors: the same session, a word, a look elsewhere."""

from django.contrib import messages
from django.http import HttpResponse

from accounts.account import Account
from accounts.auth import MemberRequest
from accounts.client.entities import MemberSession
from accounts.client.outcomes import AuthOutcome
from accounts.hydration import hydrate
from accounts.navigation import go
from accounts.service import identity


def stay(request: MemberRequest, outcome: AuthOutcome, *, next: str) -> HttpResponse:
    """The same session with one factor more; a step to somewhere else goes on waiting."""
    pending, onward = request.auth.credentials.pending, request.auth.credentials.next
    response = hydrate(request, outcome, next=next)
    request.auth.replace(pending=pending, next=onward)
    return response


def changed(request: MemberRequest, account: Account, what: str) -> HttpResponse:
    """Say it, and that whoever else is signed in still is (QUALITY 43)."""
    others = len(elsewhere(account))
    tail = " You’re still signed in elsewhere: end those sessions below." if others else ""
    messages.success(request, f"{what}{tail}")
    return go(request, "accounts:security")


def elsewhere(account: Account) -> tuple[MemberSession, ...]:
    """This member's other live sessions."""
    here = account.session.member_session_id
    sessions = identity().sessions.list(**account.whose)
    return tuple(each for each in sessions if each.member_session_id != here)
