"""A live session confirmed, extended, given claims, asked for permission (CONTRACT 2.1, 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from identity import keys
from identity.errors import session_not_found
from identity.models import MemberSession
from identity.operations import authorization, member_sessions, presented
from identity.operations.authorization import Check
from identity.operations.member_sessions import Terms

# Writes are few (ARCHITECTURE 5): heartbeats within a minute of each other leave the row alone.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Authenticated:
    """`granting_roles` is None when no authorization check was asked for."""

    session: MemberSession
    session_token: str
    session_jwt: str
    granting_roles: tuple[str, ...] | None = None


def authenticate(
    *,
    session_token: str = "",
    session_jwt: str = "",
    terms: Terms,
    check: Check | None = None,
    now: datetime,
) -> Authenticated:
    """This will confirm a live session and mint a fresh JWT; the token stays as it is (2.1).

    `terms.duration_minutes` moves the end to now + minutes, sooner too (INFERRED); without it the
    end stands. Claims are merged whether or not a duration is given (INFERRED). A refused `check`
    leaves the session as it was. At most three queries unless terms change something.
    Raises what `presented.one_session`, `authorization.granting_roles` and `claims.merged` raise.
    """
    ring = keys.ring(now=now)
    held = presented.one_session(
        session_token=session_token, session_jwt=session_jwt, ring=ring, now=now
    )
    granting = authorization.granting_roles(held.session.member, check) if check else None
    session = _seen(held.session, terms=terms, now=now)
    fresh = member_sessions.jwt_of(session, ring=ring, now=now)
    return Authenticated(session, held.token, fresh, granting)


def _seen(session: MemberSession, *, terms: Terms, now: datetime) -> MemberSession:
    """It was used just now; the row learns of that once a minute, the caller at once."""
    if terms != Terms():
        return _changed(session, terms=terms, now=now)
    if now - session.last_accessed_at >= TOUCH_EVERY:
        touched = presented.alive(now=now).filter(pk=session.pk).update(last_accessed_at=now)
        if not touched:
            raise session_not_found()
    session.last_accessed_at = max(now, session.last_accessed_at)
    return session


def _changed(session: MemberSession, *, terms: Terms, now: datetime) -> MemberSession:
    """Locked, so that two merges of claims both count and a revocation meanwhile wins."""
    with transaction.atomic():
        locked = presented.alive(now=now).select_for_update(of=("self",)).filter(pk=session.pk)
        found = locked.first()
        if found is None:
            raise session_not_found()
        member_sessions.apply(session=found, terms=terms, now=now)
        found.last_accessed_at = now
        found.save(update_fields=["expires_at", "custom_claims", "last_accessed_at"])
    return found
