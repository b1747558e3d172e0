"""A browser that was sent to a provider, and what only it can bring back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

# As long as the service waits for a provider's answer: CONTRACT 5.1's ten minutes.
LIFETIME = timedelta(minutes=10)
# More tabs at a provider than this nobody has; the oldest gives way.
MOST = 4


@dataclass(frozen=True, slots=True)
class Departure:
    """The verifier never leaves the sealed cookie: who hasn't it can't use what comes back.

    One for each tab that is away; without an organization the way leads back to choosing one.
    `email_address` is who was to come back, "" when anybody may.
    """

    method: str
    left_at: datetime
    verifier: str = field(repr=False)
    next: str = ""
    organization_id: str = ""
    email_address: str = ""

    @property
    def brings(self) -> str:
        """What kind of token it comes back with (CONTRACT 2.8)."""
        if self.method == "sso":
            return "sso"
        return "oauth" if self.organization_id else "discovery_oauth"

    @property
    def expires_at(self) -> datetime:
        return self.left_at + LIFETIME


def pack(departure: Departure) -> dict[str, object]:
    return {**asdict(departure), "left_at": departure.left_at.isoformat()}


def unpack(packed: Mapping[str, Any], *, now: datetime) -> Departure | None:
    """This will read a departure; one that is over, or of another version, is None."""
    try:
        moment = datetime.fromisoformat(packed["left_at"])
        departure = Departure(**{**packed, "left_at": moment})
    except (KeyError, TypeError, ValueError):
        return None
    return departure if departure.expires_at > now else None
