"""A live session swapped for one in another organization (CONTRACT 2.1, 5.6)."""

from datetime import datetime

from django.db import transaction

from identity import keys
from identity.errors import ApiError, bad_request, forbidden
from identity.factors import Factor
from identity.models import Member, MemberSession
from identity.operations import audit, members, organizations, presented
from identity.operations.member_sessions import Terms
from identity.operations.presented import ALiveSession, Nobody
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
    Raises no_session_arguments, too_many_session_arguments and
    insufficient_factors_for_session_exchange 400, session_not_found and organization_not_found
    404, member_not_found 404 for people who aren't members there (INFERRED), session_not_mutable
    403 for impersonated sessions (INFERRED).
    """
    source = _source(session_token=session_token, session_jwt=session_jwt, now=now)
    organization = organizations.get(organization_id)
    address = source.session.member.email_address
    member = members.get_by_email(organization=organization, email_address=address)
    factors = _factors(source.session, target=member)
    with transaction.atomic():
        finished = sign_in(
            member=member, factors=factors, presented=Nobody(), joining=False, terms=terms, now=now
        )
        audit.record(
            action="session.exchange",
            outcome="success" if finished.session else "step_up_required",
            member=member,
            from_session=source.session.member_session_id,
            now=now,
        )
    return finished


def _source(*, session_token: str, session_jwt: str, now: datetime) -> ALiveSession:
    if not session_token and not session_jwt:
        raise bad_request(
            "no_session_arguments", "One of session_token and session_jwt must be given."
        )
    if session_token and session_jwt:
        raise presented.too_many_arguments()
    if session_token:
        return presented.session_by_token(session_token, now=now)
    return presented.session_by_jwt(session_jwt, ring=keys.ring(now=now), now=now)


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
