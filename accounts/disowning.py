"""The token of "this wasn't me": which session its mail was about, sealed, and for how long.

It can end that one session and nothing else, so it needn't be used up: a second press finds the
session over. It signs nobody in.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from accounts import sealing

PURPOSE = "not-me"
LIFETIME = timedelta(days=7)  # people read mail on Monday
LONGEST = 2048  # characters; ours have about 500


@dataclass(frozen=True, slots=True)
class Disowned:
    member_session_id: str
    member_id: str
    organization_id: str


def seal(disowned: Disowned, *, now: datetime) -> str:
    until = int((now + LIFETIME).timestamp())
    return sealing.seal({**asdict(disowned), "until": until}, purpose=PURPOSE)


def unseal(token: str, *, now: datetime) -> Disowned | None:
    """This will be None for what is forged, over, or of another version, all alike."""
    noted = sealing.unseal(token[:LONGEST], purpose=PURPOSE)
    if noted is None or noted.pop("until", 0) <= now.timestamp():
        return None
    noted.pop("organization_slug", None)  # in mails of before
    try:
        return Disowned(**noted)
    except TypeError:
        return None
