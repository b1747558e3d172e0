"""What a team's own code may hear of sessions, as Django signals; each is sent once.

    from accounts.signals import session_started

    @receiver(session_started)
    def greet(sender, *, request, member, reason, **kwargs): ...

session_started   somebody signed in, or took a session over; reason is the way, as in the marks of
                  the sign-in page, "" when it isn't one of those
session_switched  the same person went on in another organization; `before` is the MemberSession
                  that was; reason is "switched"
session_extended  the end was moved; reason is "asked" or "activity"
session_ended     signed_out, expired, idle, ended, removed (accounts.endings), or "replaced" when
                  somebody else signed in over it; member is None when nobody can tell whose it was,
                  as a process can't that meets a session for the first time without a JWT

`member` is an accounts.client MemberSession, without a token. They are sent before the answer is,
in the request that brought it about or, of an end that nobody here brought about, in the first that
finds it. What a receiver raises is logged and changes nothing for the visitor. A session that no
request comes with any more ends unheard: ask the service about those.
"""

import hashlib

from django.core.cache import cache
from django.dispatch import Signal
from django.http import HttpRequest

from accounts import inquiry, last_answers
from accounts.client.entities import MemberSession
from accounts.client.errors import IdentityError
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.service import identity

session_started = Signal()
session_switched = Signal()
session_extended = Signal()
session_ended = Signal()

# Tabs and repeated posts come within seconds; a tab that slept may come an hour later.
REMEMBERED = 24 * 60 * 60  # seconds


def send(
    signal: Signal,
    request: HttpRequest,
    *,
    member: MemberSession | None,
    reason: str,
    about: str,
    **more: object,
) -> None:
    """Tell of it, unless somebody has: `about` names the session and what became of it."""
    key = hashlib.sha256(about.encode()).hexdigest()
    if signal.receivers and cache.add(f"signal-{key}", True, REMEMBERED):
        signal.send_robust(MemberSession, request=request, member=member, reason=reason, **more)


def began(
    request: HttpRequest,
    outcome: Authenticated,
    before: Tokens | None,
    way: str,
    *,
    previous: MemberSession | None,
) -> None:
    """Of a session that is the browser's from now on, in place of the one `before`."""
    member = outcome.session
    about = f"began {member.member_session_id}"
    if previous and _goes_on(previous, outcome):
        return send(
            session_switched,
            request,
            member=member,
            reason="switched",
            about=about,
            before=previous,
        )
    if before:
        ended(request, before, "replaced", known=previous)
    return send(session_started, request, member=member, reason=way, about=about)


def extended(request: HttpRequest, member: MemberSession, *, reason: str) -> None:
    about = f"extended {member.member_session_id} {member.expires_at.isoformat()}"
    send(session_extended, request, member=member, reason=reason, about=about)


def ended(
    request: HttpRequest, tokens: Tokens, reason: str, *, known: MemberSession | None
) -> None:
    """Of the session that was this browser's."""
    about = f"ended {tokens.session_token}"
    send(session_ended, request, member=known or whose(tokens), reason=reason, about=about)


def _goes_on(previous: MemberSession, outcome: Authenticated) -> bool:
    """Whether the same person is in another organization now."""
    address = outcome.member.email_address if outcome.member else outcome.session.email_address
    is_same = not previous.email_address or previous.email_address == address
    return is_same and previous.organization_id != outcome.session.organization_id


def whose(tokens: Tokens) -> MemberSession | None:
    """Whose session it is or was, by its JWT or the last answer; costs no call for a known key."""
    if not tokens.session_jwt:
        return last_answers.ever(tokens)
    try:
        return identity().sessions.read_jwt(tokens.session_jwt)
    except IdentityError:
        return None


def whose_living(tokens: Tokens) -> MemberSession | None:
    """Like `whose`; where that isn't known in this process the service is asked."""
    try:
        return whose(tokens) or inquiry.ask(tokens).session
    except IdentityError:
        return None
