"""Secrets a browser holds for us; their repr shows none of them."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """A session's two tokens and the absolute end of the session (not of the JWT)."""

    session_token: str = field(repr=False)
    session_jwt: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Intermediate:
    """An intermediate session token (CONTRACT 5) and when it stops working."""

    token: str = field(repr=False)
    expires_at: datetime
