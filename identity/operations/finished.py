"""How a sign-in call ended: with a session, or with what is still missing (CONTRACT 2 AUTH)."""

from dataclasses import dataclass
from datetime import datetime

from identity import keys
from identity.errors import intermediate_session_not_found
from identity.models import Member, MemberSession, Organization
from identity.operations import audit, member_sessions
from identity.operations.decisions import decision_of
from identity.operations.presented import AnIntermediate, intermediate_by_token, is_alive
from identity.operations.standing import MfaNeed, mfa_need
from identity.policy import Decision, PrimaryMissing, SecondMissing
from identity.tokens import hash_token


@dataclass(frozen=True, slots=True)
class Finished:
    """The AUTH block (CONTRACT 2): a session with its tokens, or an intermediate token."""

    member: Member
    organization: Organization
    session: MemberSession | None = None
    session_token: str = ""
    session_jwt: str = ""
    intermediate_session_token: str = ""
    intermediate_expires_at: datetime | None = None
    primary_required: tuple[str, ...] | None = None
    mfa_required: MfaNeed | None = None


def resume(*, answer: str, now: datetime) -> Finished:
    """The answer to a repeated post: `answer` is the session or intermediate token given before.

    Raises intermediate_session_not_found when neither lives any more. Writes nothing.
    """
    session = MemberSession.objects.select_related("member__organization").filter(
        token_hash=hash_token(answer)
    )
    if (found := session.first()) and is_alive(found, now=now):
        return with_session(found, member=found.member, token=answer, now=now)
    kept = intermediate_by_token(answer, now=now)
    member = kept.intermediate.member
    if member is None:
        raise intermediate_session_not_found()
    decision = decision_of(member, kept.intermediate.factors, joining=False)
    return unfinished(decision, member=member, kept=kept)


def with_session(session: MemberSession, *, member: Member, token: str, now: datetime) -> Finished:
    return Finished(
        member=member,
        organization=member.organization,
        session=session,
        session_token=token,
        session_jwt=member_sessions.jwt_of(session, ring=keys.ring(now=now), now=now),
    )


def unfinished(decision: Decision, *, member: Member, kept: AnIntermediate) -> Finished:
    primary = decision.allowed_auth_methods if isinstance(decision, PrimaryMissing) else None
    return Finished(
        member=member,
        organization=member.organization,
        intermediate_session_token=kept.token,
        intermediate_expires_at=kept.intermediate.expires_at,
        primary_required=primary,
        # While a primary factor is missing nothing is said of the second (5.4).
        mfa_required=mfa_need(member) if isinstance(decision, SecondMissing) else None,
    )


def stepping_up(
    decision: PrimaryMissing | SecondMissing, *, member: Member, kept: AnIntermediate, now: datetime
) -> Finished:
    outcome = "mfa_required" if isinstance(decision, SecondMissing) else "primary_required"
    audit.record(action="sign_in.step_up", outcome=outcome, member=member, now=now)
    return unfinished(decision, member=member, kept=kept)
