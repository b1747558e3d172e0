"""What the caller holds: nothing, a live session or the start of a sign-in (CONTRACT 5.3)."""

from dataclasses import dataclass
from datetime import datetime

from identity.models import IntermediateSession, MemberSession


@dataclass(frozen=True, slots=True)
class Nobody:
    """No token was given."""


@dataclass(frozen=True, slots=True)
class ALiveSession:
    """`token` is the opaque session token, whichever kind was given."""

    session: MemberSession
    token: str


@dataclass(frozen=True, slots=True)
class AnIntermediate:
    intermediate: IntermediateSession
    token: str


Presented = Nobody | ALiveSession | AnIntermediate


def resolve(
    *,
    session_token: str = "",
    session_jwt: str = "",
    intermediate_session_token: str = "",
    now: datetime,
) -> Presented:
    """This will look up what was presented; at most one of the three (CONTRACT 1.5, 5.3).

    Raises too_many_session_arguments 400, session_not_found 404, intermediate_session_not_found
    404, and what `session_jwt` verification raises.
    """
    raise NotImplementedError
