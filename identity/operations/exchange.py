"""A live session swapped for one in another organization (CONTRACT 2.1, 5.6)."""

from datetime import datetime

from django.db import transaction

from identity import keys
from identity.errors import bad_request, forbidden, member_not_found
from identity.models import Member, MemberSession, Organization
from identity.operations import audit, elsewhere, organizations, presented, proofs
from identity.operations.audit import Attempt
from identity.operations.member_sessions import Terms
from identity.operations.presented import Nobody
from identity.operations.proofs import Proof
from identity.operations.sign_in import Finished, sign_in
from identity.operations.standing import is_joining
from identity.policy import IMPERSONATED


def exchange(
    *,
    organization_id: str,
    session_token: str = "",
    session_jwt: str = "",
    terms: Terms,
    now: datetime,
) -> Finished:
    """This will sign the session's person in to `organization_id` (id, slug or external id).

    The source session stays as it is (INFERRED). Invited and pending people become active, nobody
    joins by domain here. What is not met ends in a new intermediate token with the factors that
    transfer, be it none, as the list of organizations has said. At home all count (INFERRED).
    Raises insufficient_factors_for_session_exchange 400 for sessions that prove nothing outside of
    their organization, whoever is a member elsewhere; organization_not_found and, for people who
    aren't members there, member_not_found 404, session_not_mutable 403 for impersonated sessions
    (all INFERRED), and what `presented.one_session` raises.
    """
    source = presented.one_session(
        session_token=session_token, session_jwt=session_jwt, ring=keys.ring(now=now), now=now
    ).session
    _check_own(source)
    organization = organizations.get(organization_id)
    proof = proofs.of_session(source)
    with audit.refusals(action="session.exchange", now=now) as attempt, transaction.atomic():
        member = _member(proof, organization, attempt=attempt, now=now)
        finished = _enter(proof, member, terms=terms, now=now)
        _record(finished, source=source, now=now)
    return finished


def _enter(proof: Proof, member: Member, *, terms: Terms, now: datetime) -> Finished:
    """What the list of organizations has decided by the same proof (discovered.py)."""
    return sign_in(
        member=member,
        factors=proofs.as_member(proof, member),
        presented=Nobody(),
        joining=is_joining(member),
        terms=terms,
        now=now,
        is_in=proof.is_in(member.organization),
    )


def _check_own(session: MemberSession) -> None:
    if any(factor.type == IMPERSONATED for factor in session.factors):
        raise forbidden("session_not_mutable", "An impersonated session can't be exchanged.")


def _member(proof: Proof, organization: Organization, *, attempt: Attempt, now: datetime) -> Member:
    if member := elsewhere.by_account(proof, organization, attempt=attempt, now=now):
        return member
    _check_reaches(proof, organization)
    found = elsewhere.by_address(proof, organization, attempt=attempt)
    if found is None:
        raise member_not_found()
    return found


def _check_reaches(proof: Proof, organization: Organization) -> None:
    """Before it is looked up who is a member there: nobody learns that by the kind of refusal."""
    if proof.is_home(organization):
        return
    if not proof.factors or not proof.reaches(organization):
        raise bad_request(
            "insufficient_factors_for_session_exchange",
            "No factor of the session counts in the other organization.",
        )


def _record(finished: Finished, *, source: MemberSession, now: datetime) -> None:
    audit.record(
        action="session.exchange",
        outcome="success" if finished.session else "step_up_required",
        member=finished.member,
        from_session=source.member_session_id,
        now=now,
    )
