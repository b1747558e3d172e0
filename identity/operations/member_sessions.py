"""Rows of sessions: made, renewed, ended, and the JWT that goes with each (CONTRACT 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from identity import session_jwt
from identity.factors import Factor
from identity.keys import Ring
from identity.models import Member, MemberSession
from identity.operations import claims, presented, roles
from identity.tokens import hash_token, new_token, sealer

# CONTRACT 6.1, when a login or exchange names no duration.
DEFAULT_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """How long, in minutes of 5..527040 from now, and with which custom claims.

    No minutes: 60 for a new session, the end unmoved for one that lives already (CONTRACT 6.1).
    """

    duration_minutes: int | None = None
    custom_claims: dict[str, Any] | None = None


def start(
    *, member: Member, factors: tuple[Factor, ...], terms: Terms, now: datetime
) -> tuple[MemberSession, str]:
    """This will store a new session and return it with its token."""
    minutes = terms.duration_minutes or DEFAULT_MINUTES
    session = MemberSession(
        member=member,
        started_at=now,
        last_accessed_at=now,
        expires_at=now + timedelta(minutes=minutes),
        custom_claims=claims.merged({}, terms.custom_claims),
    )
    session.factors = factors
    token = _issue_token(session, now=now)
    session.save(force_insert=True)
    return session, token


def renew(
    *, session: MemberSession, factors: tuple[Factor, ...], terms: Terms, now: datetime
) -> str:
    """This will put `factors` on the (locked) session and return its new token.

    Chosen where CONTRACT 5.3 only says "updates that session": id and start stay, the opaque
    token is new and the old one dead at once, JWTs from before included (QUALITY 31).
    """
    session.factors = factors
    session.last_accessed_at = now
    apply(session=session, terms=terms, now=now)
    token = _issue_token(session, now=now)
    session.save()
    return token


def apply(*, session: MemberSession, terms: Terms, now: datetime) -> None:
    """The end moves to now + minutes, be that later or sooner; claims merge (6.1, 6.3). Unsaved."""
    if terms.duration_minutes is not None:
        session.expires_at = now + timedelta(minutes=terms.duration_minutes)
    session.custom_claims = claims.merged(session.custom_claims, terms.custom_claims)


def jwt_of(session: MemberSession, *, ring: Ring, now: datetime) -> str:
    return session_jwt.mint(session, roles=roles.ids(session.member), ring=ring, now=now)


def _issue_token(session: MemberSession, *, now: datetime) -> str:
    token = new_token()
    session.token_hash = hash_token(token)
    session.token_sealed = sealer(presented.SEALED_FOR).encrypt(token.encode())
    session.token_issued_at = now
    return token
