"""A browser that was sent to a provider, and what only it can bring back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

# As long as the service waits for a provider's answer: CONTRACT 5.1's ten minutes.
LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Departure:
    """The verifier never leaves the sealed cookie: who hasn't it can't use what comes back.

    One at a time, so that the cookie stays small: who sets out again has given up the one before.
    Without an organization the way leads back to choosing one.
    """

    method: str
    left_at: datetime
    verifier: str = field(repr=False)
    next: str = ""
    organization_id: str = ""

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


def unpack(packed: Mapping[str, Any]) -> Departure | None:
    """This will read a departure; one written by another version is None."""
    try:
        return Departure(**{**packed, "left_at": datetime.fromisoformat(packed["left_at"])})
    except (KeyError, TypeError, ValueError):
        return None
