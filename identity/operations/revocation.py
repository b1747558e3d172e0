"""Sessions ended before their time, for good (CONTRACT 2.1, 6.4)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from identity import keys
from identity.errors import ApiError, bad_request, session_not_found
from identity.models import Member, MemberSession
from identity.operations import audit, members, presented


@dataclass(frozen=True, slots=True)
class Selector:
    """Which sessions to end: exactly one of the four is given."""

    member_session_id: str = ""
    session_token: str = ""
    session_jwt: str = ""
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Live sessions of one member, at least one unless the member was named."""

    member: Member
    sessions: tuple[MemberSession, ...]


def select(selector: Selector, *, now: datetime) -> Selection:
    """This will find what `selector` names, without ending it yet.

    Raises no_session_revoke_arguments and too_many_session_revoke_arguments 400, session_not_found
    404 for a session unknown or ended (INFERRED), member_not_found 404; what `session_jwt.read`
    raises. A member without live sessions is a Selection of none (INFERRED).
    """
    given = [getattr(selector, name) for name in selector.__slots__ if getattr(selector, name)]
    if len(given) != 1:
        raise _wrong_count(len(given))
    if selector.member_id:
        member = members.get_anywhere(identifier=selector.member_id)
        return Selection(member, tuple(active_of(member, now=now)))
    session = _one(selector, now=now)
    return Selection(session.member, (session,))


def revoke(selection: Selection, *, now: datetime) -> int:
    """This will end them and return how many were still alive; an ended one never comes back.

    JWTs already out verify locally for up to five minutes more (CONTRACT 4.3).
    """
    ids = [session.member_session_id for session in selection.sessions]
    with transaction.atomic():
        ended = presented.alive(now=now).filter(pk__in=ids).update(revoked_at=now)
        audit.record(
            action="session.revoke",
            outcome="success",
            member=selection.member,
            sessions=ended,
            member_session_id=ids[0] if len(ids) == 1 else "",
            now=now,
        )
    return ended


def active_of(member: Member, *, now: datetime) -> tuple[MemberSession, ...]:
    """The member's live sessions, oldest first (2.1); an empty tuple for a deleted member."""
    return tuple(presented.alive(now=now).filter(member=member))


def _one(selector: Selector, *, now: datetime) -> MemberSession:
    if selector.session_token:
        return presented.session_by_token(selector.session_token, now=now).session
    if selector.session_jwt:
        ring = keys.ring(now=now)
        return presented.session_by_jwt(selector.session_jwt, ring=ring, now=now).session
    found = presented.alive(now=now).filter(pk=selector.member_session_id).first()
    if found is None:
        raise session_not_found()
    return found


def _wrong_count(given: int) -> ApiError:
    word = "too_many" if given else "no"
    return bad_request(
        f"{word}_session_revoke_arguments",
        "Exactly one of member_session_id, session_token, session_jwt and member_id must be given.",
    )
