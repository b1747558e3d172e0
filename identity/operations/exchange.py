"""A live session swapped for one in another organization (CONTRACT 2.1, 5.6)."""

from datetime import datetime

from django.db import transaction

from identity import keys
from identity.errors import ApiError, bad_request, forbidden
from identity.factors import Factor
from identity.models import Member, MemberSession
from identity.operations import audit, members, organizations, presented
from identity.operations.member_sessions import Terms
from identity.operations.presented import Nobody
from identity.operations.sign_in import Finished, sign_in
from identity.operations.standing import current_factors
from identity.policy import IMPERSONATED, transferable


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
    transfer. Into its own organization every factor comes along (INFERRED).
    Raises insufficient_factors_for_session_exchange 400, organization_not_found and, for people
    who aren't members there, member_not_found 404, session_not_mutable 403 for impersonated
    sessions (all INFERRED), and what `presented.one_session` raises.
    """
    source = presented.one_session(
        session_token=session_token, session_jwt=session_jwt, ring=keys.ring(now=now), now=now
    ).session
    organization = organizations.get(organization_id)
    address = source.member.email_address
    member = members.get_by_email(organization=organization, email_address=address)
    factors = _factors(source, target=member)
    with transaction.atomic():
        finished = sign_in(
            member=member, factors=factors, presented=Nobody(), joining=False, terms=terms, now=now
        )
        _record(finished, source=source, now=now)
    return finished


def _factors(session: MemberSession, *, target: Member) -> tuple[Factor, ...]:
    if any(factor.type == IMPERSONATED for factor in session.factors):
        raise forbidden("session_not_mutable", "An impersonated session can't be exchanged.")
    factors = current_factors(session.member, session.factors)
    if session.member_id != target.member_id:
        factors = transferable(factors)
    if not factors:
        raise _insufficient()
    return factors


def _insufficient() -> ApiError:
    return bad_request(
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
