"""The idle limit's memory: when somebody was last here, in a cookie that only we can write.

Why a cookie: the limit holds with any backend, and none of them can tell a person from a poll; they
have no idle limit (CONTRACT 6.1). Why sealed, and bound to the session token: nobody can make one,
and another session's says nothing about this one. A copy of an older one ends the session sooner.
Where it is missing, the session counts from the last proof of its person, which the service signed:
who has just signed in goes on, and taking the cookie away gains nothing.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from accounts import sealing
from accounts.client.entities import MemberSession
from accounts.client.tokens import Tokens

PURPOSE = "seen"
# Written no more often than this. So the end comes up to a minute early, and never late.
PRECISION = timedelta(minutes=1)


def read(sealed: str, tokens: Tokens | None) -> datetime | None:
    """This will believe what was sealed for this very session; None says nothing is known."""
    seen = sealing.unseal(sealed, purpose=PURPOSE) if sealed and tokens else None
    if tokens is None or seen is None or seen.get("for") != _bond(tokens):
        return None
    return datetime.fromtimestamp(seen["at"], tz=UTC)


def seal(tokens: Tokens, seen_at: datetime) -> str:
    seen = {"for": _bond(tokens), "at": int(seen_at.timestamp())}
    return sealing.seal(seen, purpose=PURPOSE)


def last_proof(member: MemberSession) -> datetime:
    """When its person last did something that the service vouches for."""
    return max((member.started_at, *(each.last_authenticated_at for each in member.factors)))


def noted(seen_at: datetime | None, *, now: datetime) -> datetime:
    """When somebody was last here, now that somebody is."""
    return seen_at if seen_at is not None and now - seen_at < PRECISION else now


def _bond(tokens: Tokens) -> str:
    return hashlib.sha256(tokens.session_token.encode()).hexdigest()
