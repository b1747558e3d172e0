"""The one way out of every flow: the outcome becomes cookies and the next page."""

from typing import assert_never

from django.http import HttpResponse
from django.middleware.csrf import rotate_token

from accounts import claims, devices, methods, new_browser, profiles, signals, unasked
from accounts.auth import AuthRequest
from accounts.client.entities import MemberSession
from accounts.client.outcomes import (
    Authenticated,
    AuthOutcome,
    Discovered,
    MfaRequired,
    Pending,
    PrimaryRequired,
    SignedOut,
)
from accounts.credentials import NOTHING_BESIDE, Credentials, told
from accounts.navigation import go, safe_next, step_url
from accounts.retirement import retire
from accounts.session_check import check

# Not "cookies": that would take the CSRF token and the notice for the next page, set in this very
# answer, and what other apps under this domain have stored. Ours are expired one by one.
CLEARED = '"cache", "storage"'

NOTHING = Credentials()  # of a new session: nothing stays as it was

# For `asked`: the flow itself makes sure whose sign-in it ends with.
ANYBODY = "*"


def hydrate(
    request: AuthRequest, outcome: AuthOutcome, *, next: str = "", asked: str | None = None
) -> HttpResponse:
    """Put the outcome into the slot and go where it leads.

    `asked` is the address that this flow was begun with, "" when it named none, or ANYBODY; left
    out, it is that of the step in hand. Somebody else's sign-in is held until its person says yes.

    `next` is where the visitor was going; without it, where the step in hand says. A pending step
    is added beside a living session, so that leaving it loses nothing.
    """
    onward = next or request.auth.credentials.going
    if asked != ANYBODY and not isinstance(outcome, SignedOut):
        wanted = unasked.expected(request, outcome, asked)
        if unasked.is_another(wanted, outcome) and not _is_renewed(request, outcome):
            return unasked.hold(request, outcome, asked=wanted, onward=onward)
    match outcome:
        case Authenticated():
            return _enter(request, outcome, onward)
        case Discovered() | MfaRequired() | PrimaryRequired():
            return _wait(request, outcome, onward)
        case SignedOut(reason=reason):
            return _leave(request, reason)
        case _:
            assert_never(outcome)


def _enter(request: AuthRequest, outcome: Authenticated, onward: str) -> HttpResponse:
    before = request.auth.credentials.session
    renewed = is_of(request.auth.known_member, outcome)
    again = devices.CLAIM in outcome.session.custom_claims
    outcome = outcome if renewed else claims.give(request, outcome)
    request.auth.replace(
        session=outcome.tokens,
        pending=None,
        last_method=methods.proven(outcome.session),
        member=outcome.session,
        **told(outcome, NOTHING),
    )
    check().learn(outcome)
    previous = signals.whose_living(before) if before is not None and not renewed else None
    profiles.remember(outcome)
    rotate_token(request)  # a token known from before the sign-in must not act after it
    if before is not None and not renewed:
        retire(before)
    if not renewed:
        way = request.auth.credentials.last_method
        signals.began(request, outcome, before, way, previous=previous)
    response = go(request, safe_next(request, onward))
    if renewed:
        return response
    return new_browser.notice(request, outcome, response, again=again)


def _is_renewed(request: AuthRequest, outcome: AuthOutcome) -> bool:
    """The session that is here already, also when the same form was sent twice."""
    if not isinstance(outcome, Authenticated):
        return False
    here = request.auth.credentials.session
    is_here = here is not None and here.session_token == outcome.tokens.session_token
    return is_here or is_of(request.auth.known_member, outcome)


def is_of(member: MemberSession | None, outcome: Authenticated) -> bool:
    """Whether a factor was added to the very session that is here, which then has a new token."""
    return member is not None and member.member_session_id == outcome.session.member_session_id


def _wait(request: AuthRequest, step: Pending, onward: str) -> HttpResponse:
    """No new CSRF token: nothing is gained yet, and a living session's other tabs keep theirs."""
    request.auth.replace(pending=step, next=onward)
    return go(request, step_url(step))


def _leave(request: AuthRequest, reason: str) -> HttpResponse:
    request.auth.sign_out(reason)
    request.auth.replace(pending=None)
    request.auth.keep(**NOTHING_BESIDE)
    rotate_token(request)
    response = go(request, "accounts:login")
    response["Clear-Site-Data"] = CLEARED
    return response
