"""What the caller holds: nothing, a live session or the start of a sign-in (CONTRACT 5.3)."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.db.models import QuerySet

from identity import keys, session_jwt as jwts
from identity.errors import (
    ApiError,
    bad_request,
    intermediate_session_not_found,
    session_not_found,
)
from identity.keys import Ring
from identity.models import IntermediateSession, Member, MemberSession
from identity.tokens import hash_token, sealer

# What the stored copy of a session's token is encrypted for.
SEALED_FOR = "session-token"


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
    404, and what `session_jwt.read` raises. A token that is no longer alive is an error rather
    than ignored (INFERRED): its holder should learn of it.
    """
    given = [each for each in (session_token, session_jwt, intermediate_session_token) if each]
    if len(given) > 1:
        raise too_many_arguments()
    if session_token:
        return session_by_token(session_token, now=now)
    if session_jwt:
        return session_by_jwt(session_jwt, ring=keys.ring(now=now), now=now)
    if intermediate_session_token:
        return intermediate_by_token(intermediate_session_token, now=now)
    return Nobody()


def one_session(*, session_token: str, session_jwt: str, ring: Ring, now: datetime) -> ALiveSession:
    """The live session behind exactly one of the two (CONTRACT 2.1).

    Raises no_session_arguments and too_many_session_arguments 400, and what the two below raise.
    """
    if session_token and session_jwt:
        raise too_many_arguments()
    if session_token:
        return session_by_token(session_token, now=now)
    if session_jwt:
        return session_by_jwt(session_jwt, ring=ring, now=now)
    raise no_arguments()


def session_by_token(token: str, *, now: datetime) -> ALiveSession:
    """The live session, with member and organization, in one query; session_not_found 404."""
    session = _with_member().filter(token_hash=hash_token(token)).first()
    if session is None or not is_alive(session, now=now):
        raise session_not_found(ended=_ended(session) if session else "")
    return ALiveSession(session, token)


def session_by_jwt(token: str, *, ring: Ring, now: datetime) -> ALiveSession:
    """The live session a JWT of ours names, be it expired (2.1); session_not_found 404."""
    reading = jwts.read(token, ring=ring)
    session = _with_member().filter(pk=reading.member_session_id).first()
    if session is None or not is_alive(session, now=now):
        raise session_not_found()
    # Whole seconds are all a JWT has.
    if reading.issued_at < session.token_issued_at.replace(microsecond=0):
        raise session_not_found()
    return ALiveSession(session, _unsealed(session))


def intermediate_by_token(token: str, *, now: datetime, lock: bool = False) -> AnIntermediate:
    """Unknown, consumed and expired are one answer: intermediate_session_not_found 404 (5.2).

    `lock` holds the row until the end of the transaction, so that it is consumed once.
    """
    found = intermediate(token, lock=lock)
    if found is None or found.consumed_at is not None or found.expires_at <= now:
        raise intermediate_session_not_found()
    return AnIntermediate(found, token)


def intermediate(token: str, *, lock: bool = False) -> IntermediateSession | None:
    """The row in whatever state it is."""
    rows = IntermediateSession.objects.select_related("organization", "member")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(token_hash=hash_token(token)).first()


def is_alive(session: MemberSession, *, now: datetime) -> bool:
    """Revoked or past its end is dead for good (CONTRACT 6.1); so is a deleted member's."""
    deleted = session.member.status == Member.Status.DELETED
    return session.revoked_at is None and now < session.expires_at and not deleted


def alive(*, now: datetime) -> QuerySet[MemberSession]:
    """The same of rows: neither revoked nor past their end, nor a deleted member's."""
    rows = _with_member().filter(revoked_at=None, expires_at__gt=now)
    return rows.exclude(member__status=Member.Status.DELETED)


def _ended(session: MemberSession) -> str:
    """Why it is dead. Removing a member revokes their sessions, so that comes first."""
    if session.member.status == Member.Status.DELETED:
        return "member_deleted"
    was_revoked = session.revoked_at is not None and session.revoked_at < session.expires_at
    return "revoked" if was_revoked else "expired"


def no_arguments() -> ApiError:
    return bad_request("no_session_arguments", "A session or intermediate token must be given.")


def too_many_arguments() -> ApiError:
    return bad_request(
        "too_many_session_arguments",
        "At most one of session_token, session_jwt and intermediate_session_token may be given.",
    )


def _with_member() -> QuerySet[MemberSession]:
    return MemberSession.objects.select_related("member__organization")


def _unsealed(session: MemberSession) -> str:
    """A token no secret opens any more (SECRET_KEY changed without a fallback) is lost."""
    try:
        return sealer(SEALED_FOR).decrypt(bytes(session.token_sealed)).decode()
    except InvalidToken as error:
        raise session_not_found() from error
