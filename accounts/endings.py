"""Why a session is over, as far as anybody knows, and the words for it.

When its time is up a browser throws a session's cookies away by itself, each counting its own
seconds. So one cookie of ours, which says nothing but when the session ends, stays for an hour
longer: whoever comes with it alone is told that time was up. Where the session ends otherwise it
says how, for as long: there are more tabs than the one that finds out, and some are opened later.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from accounts import sealing, stamps
from accounts.client.errors import SessionExpired
from accounts.client.tokens import Tokens

PURPOSE = "last"
FOUND = "found over"
LINGERS = timedelta(hours=1)
# A cookie's seconds are whole ones: it may be gone a second before the session is over.
ROUNDED = timedelta(seconds=2)

# What a service says of a session that is over, where it says anything; Stytch's own doesn't.
TOLD = {"expired": "expired", "member_deleted": "removed"}

SAID: Mapping[str, str] = MappingProxyType(
    {
        "signed_out": "You signed out in this browser, in another tab perhaps.",
        "expired": "This session came to its end.",
        "idle": "Nobody used this session for a while.",
        "removed": "You’re no longer a member of this organization.",
        "ended": "This session was ended on another device. If not by you, then by an admin.",
        "replaced": "This browser has gone on in another session.",
    }
)
NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "signed_out": "You signed out in this browser. Sign in to go on.",
        "expired": "Your session has ended: its time was up. Sign in to go on.",
        "idle": "You were signed out because nobody used this session for a while. "
        "Sign in to go on.",
        "removed": "Your session has ended: you’re no longer a member of that organization.",
        "ended": "Your session has ended: on another device, or by an admin. Sign in to go on.",
    }
)


def why(no: SessionExpired, held: Tokens | None, *, known: str = "", now: datetime) -> str:
    """By the service's word if it has one, else by what is `known`, else by the end of the stamp.

    A session of unknown end is held to the far future, of which nobody can say that it has come.
    """
    is_due = held is None or held.expires_at <= now
    return TOLD.get(no.ended) or known or ("expired" if is_due else "ended")


def seal(tokens: Tokens) -> str:
    """That this session ends when its time is up, if nothing ends it sooner."""
    last = {"of": stamps.bond(tokens.session_token), "ends": int(tokens.expires_at.timestamp())}
    return sealing.seal(last, purpose=PURPOSE)


def seal_reason(reason: str) -> str:
    """That the browser's last session is over, and how."""
    return sealing.seal({"reason": reason}, purpose=PURPOSE)


def read(sealed: str, tokens: Tokens | None, *, now: datetime) -> str:
    """Why the session of this browser is over; "" when it isn't, or nobody knows.

    A stamp may go a second before its token: then this alone knows the end. But beside a token only
    what was sealed for that very one counts: it may be the next session's.
    """
    if tokens is not None and tokens.expires_at != stamps.UNKNOWN_END:
        return ""
    last = sealing.unseal(sealed, purpose=PURPOSE) or {}
    if tokens is not None and last.get("of") != stamps.bond(tokens.session_token):
        return ""
    if last.get("reason") in SAID:
        return str(last["reason"])
    ends_at = datetime.fromtimestamp(last["ends"], tz=UTC) if "ends" in last else None
    return "expired" if ends_at is not None and ends_at <= now + ROUNDED else ""


def seal_finding(tokens: Tokens | None, reason: str) -> str:
    """That this very session was found over, for its page to have the cookies of it cleared."""
    found = {"of": stamps.bond(tokens.session_token), "reason": reason} if tokens else None
    return sealing.seal(found, purpose=FOUND) if found else ""


def finding(sealed: str, tokens: Tokens | None) -> str:
    """Why the session of these tokens was found over; "" when it was another one's that was."""
    found = sealing.unseal(sealed, purpose=FOUND) or {}
    is_it = tokens is not None and found.get("of") == stamps.bond(tokens.session_token)
    return str(found["reason"]) if is_it else ""


def say(reason: str) -> str:
    """A sentence for a dialog over the page that it happened to; "" is unknown."""
    return SAID.get(reason, "This session has ended.")
