"""When a session ends, and moving that end: by a press, or by activity if the settings say so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.utils import timezone

from accounts import flights, idleness, inquiry, signals, stamps
from accounts.auth import RequestAuth
from accounts.client.entities import MemberSession
from accounts.client.errors import SessionExpired
from accounts.inquiry import TROUBLE
from accounts.service import (
    extends_on_activity,
    idle_limit,
    longest_session,
    session_duration_minutes,
)

LEAST = 5  # minutes that a session can be given (CONTRACT 6.1)
NEAR = timedelta(minutes=10)  # from here on the page itself says when it ends, script or not
IMPERSONATED = "impersonated"  # support's look at an account can't be prolonged (CONTRACT 6.1)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """What a session has left at `now`.

    `ends_at` comes whatever happens, `idle_at` unless somebody does something; `latest` is as far
    as `ends_at` can be moved.
    """

    now: datetime
    ends_at: datetime
    latest: datetime
    idle_at: datetime | None = None
    idle_limit: timedelta | None = None

    @property
    def seconds(self) -> int:
        """Until the first of the two ends."""
        first = min(filter(None, (self.ends_at, self.idle_at)))
        return max(0, ceil((first - self.now).total_seconds()))

    @property
    def seconds_at_most(self) -> int:
        return max(0, ceil((self.ends_at - self.now).total_seconds()))

    @property
    def is_near(self) -> bool:
        return self.ends_at - self.now <= NEAR

    @property
    def may_extend(self) -> bool:
        return self.latest - self.ends_at >= timedelta(minutes=LEAST)

    @property
    def kind(self) -> str:
        """Which end comes first, and whether it can be moved: idle, end or limit."""
        if self.idle_at is not None and self.idle_at < self.ends_at:
            return "idle"
        return "end" if self.may_extend else "limit"


def of(auth: RequestAuth) -> Lifetime | None:
    """What is known in this request; None when nobody is, and never a call."""
    member, limit = auth.known_member, idle_limit()
    if member is None:
        return None
    seen_at = auth.credentials.seen_at or idleness.last_proof(member)
    return Lifetime(
        now=timezone.now(),
        ends_at=member.expires_at,
        latest=latest_end(member),
        idle_at=seen_at + limit if limit else None,
        idle_limit=limit,
    )


def latest_end(member: MemberSession) -> datetime:
    """Counted from the oldest proof the session rests on, which a switch takes along.

    Were it the session's own start, going back and forth between organizations would never end.
    """
    if any(factor.type == IMPERSONATED for factor in member.factors):
        return member.expires_at
    proofs = (factor.last_authenticated_at for factor in member.factors)
    return min((member.started_at, *proofs)) + longest_session()


def minutes_ahead(member: MemberSession, *, wanted: int | None = None) -> int:
    """How long this person may stay signed in from now, in minutes as the service takes them.

    No longer than SESSION_DURATION_MINUTES, than the latest end allows, and than is `wanted`.
    """
    left = int((latest_end(member) - timezone.now()).total_seconds() // 60)
    most = session_duration_minutes()
    return max(LEAST, min(most, left, wanted or most))


def extend(
    auth: RequestAuth, *, wanted: int | None = None, reason: str = "asked"
) -> MemberSession | None:
    """Move the session's end as far as may be; None when it turns out to be over.

    What would gain nothing asks for nothing. Raises Unavailable, RateLimited; the end stands then.
    """
    member, tokens = auth.member, auth.credentials.session
    if member is None or tokens is None or not gains(member, wanted=wanted):
        return member
    minutes = minutes_ahead(member, wanted=wanted)
    ask = inquiry.ask
    try:
        outcome = flights.share(tokens, lambda each: ask(each, session_duration_minutes=minutes))
    except SessionExpired as no:
        auth.end(no)
        return None
    auth.renewed(outcome, answers=True)
    signals.extended(auth.request, outcome.session, reason=reason)
    return auth.member


def gains(member: MemberSession, *, wanted: int | None = None) -> bool:
    left = (latest_end(member) - timezone.now()) // timedelta(minutes=1)
    ends = timezone.now() + timedelta(minutes=minutes_ahead(member, wanted=wanted))
    return left >= LEAST and ends - member.expires_at > stamps.MOVED


def press(auth: RequestAuth, *, wanted: int | None = None) -> MemberSession | None:
    """`extend`, asked for by name: the service is asked in any case, whatever it said before."""
    member, tokens = auth.member, auth.credentials.session
    if member is None or tokens is None:
        return None
    if not gains(member, wanted=wanted):
        return auth.recheck()
    flights.forget(tokens)
    return extend(auth, wanted=wanted)


def kept(auth: RequestAuth) -> MemberSession | None:
    """The member; in the second half of the session, its end moved by this activity if it may be.

    Timers are no activity. When nobody can tell, everything stays as it is.
    """
    member = auth.member
    if member is None or not auth.attended or not extends_on_activity():
        return member
    if member.expires_at - timezone.now() > timedelta(minutes=session_duration_minutes()) / 2:
        return member
    try:
        return extend(auth, reason="activity")
    except TROUBLE:
        return member
