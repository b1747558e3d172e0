"""Why a session is over, as far as anybody knows, and the words for it.

When its time is up a browser throws a session's cookies away by itself, each counting its own
seconds. So one cookie of ours, which says nothing but when the session ends, stays for an hour
longer: whoever comes with it alone is told that time was up. It goes when a session ends otherwise.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from accounts import sealing
from accounts.client.errors import SessionExpired
from accounts.client.tokens import Tokens

PURPOSE = "last"
LINGERS = timedelta(hours=1)
# A cookie's seconds are whole ones: it may be gone a second before the session is over.
ROUNDED = timedelta(seconds=2)

# What a service says of a session that is over, where it says anything; Stytch's own doesn't.
TOLD = {"expired": "expired", "member_deleted": "removed"}

SAID: Mapping[str, str] = MappingProxyType(
    {
        "expired": "This session came to its end.",
        "idle": "Nobody used this session for a while.",
        "removed": "You’re no longer a member of this organization.",
        "ended": "This session was ended on another device. If not by you, then by an admin.",
    }
)
NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "expired": "Your session has ended: its time was up. Sign in to go on.",
        "idle": "You were signed out because nobody used this session for a while. "
        "Sign in to go on.",
        "removed": "Your session has ended: you’re no longer a member of that organization.",
        "ended": "Your session has ended: on another device, or by an admin. Sign in to go on.",
    }
)


def why(no: SessionExpired, held: Tokens | None, *, now: datetime) -> str:
    """By the service's word if it has one, else by the end that the cookies told.

    A session of unknown end is held to the far future, of which nobody can say that it has come.
    """
    is_due = held is None or held.expires_at <= now
    return TOLD.get(no.ended) or ("expired" if is_due else "ended")


def seal(ends_at: datetime) -> str:
    return sealing.seal({"ends": int(ends_at.timestamp())}, purpose=PURPOSE)


def read(sealed: str, *, now: datetime) -> datetime | None:
    """When the browser's last session ended, if it has and by nothing but time."""
    last = sealing.unseal(sealed, purpose=PURPOSE)
    ends_at = datetime.fromtimestamp(last["ends"], tz=UTC) if last else None
    return ends_at if ends_at is not None and ends_at <= now + ROUNDED else None


def say(reason: str) -> str:
    """A sentence for a dialog over the page that it happened to; "" is unknown."""
    return SAID.get(reason, "This session has ended.")
