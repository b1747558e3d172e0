"""A sign-in that came back for another address than this browser asked with.

It opens nothing until its person, shown both addresses, says yes: no cookie of a session is written
for it, and of a session that the service has begun only the token is kept, sealed, to ask again by.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts import pending as steps
from accounts.client.outcomes import Pending

# As long as an unfinished sign-in lives (CONTRACT 5.1).
LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Arrival:
    """`asked` is the address that this browser asked with, `email_address` the one that came.

    Either `session_token` is that of a finished sign-in, or `step` is an unfinished one.
    """

    asked: str
    email_address: str
    arrived_at: datetime
    next: str = ""
    session_token: str = field(default="", repr=False)
    step: Pending | None = None

    @property
    def expires_at(self) -> datetime:
        return self.arrived_at + LIFETIME


def pack(arrival: Arrival) -> dict[str, object]:
    step = steps.pack(arrival.step) if arrival.step else None
    return {**asdict(arrival), "arrived_at": arrival.arrived_at.isoformat(), "step": step}


def unpack(packed: Mapping[str, Any], *, now: datetime) -> Arrival | None:
    """This will read an arrival; one that is over, or of another version, is None."""
    try:
        step = steps.unpack(packed["step"]) if packed["step"] else None
        moment = datetime.fromisoformat(packed["arrived_at"])
        arrival = Arrival(**{**packed, "arrived_at": moment, "step": step})
    except (KeyError, TypeError, ValueError):
        return None
    return arrival if arrival.expires_at > now else None
