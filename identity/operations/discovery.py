"""From the start of a sign-in into an organization: listed, entered, founded (CONTRACT 2.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from identity.errors import intermediate_session_not_found
from identity.models import IntermediateSession, Member, MemberSession, Organization
from identity.operations import (
    audit,
    discovered,
    elsewhere,
    founding,
    organizations,
    presented,
    proofs,
    provisioning,
)
from identity.operations.audit import Attempt
from identity.operations.discovered import Discovered
from identity.operations.member_sessions import Terms
from identity.operations.presented import ALiveSession, AnIntermediate
from identity.operations.proofs import Proof
from identity.operations.sign_in import Finished, resume, sign_in
from identity.operations.standing import is_joining
from identity.policy import transferable
from identity.visitors import NOBODY, Visitor


@dataclass(frozen=True, slots=True)
class Listing:
    """`hint` is the id of the organization an intermediate session was born in, or ""."""

    email_address: str
    organizations: tuple[Discovered, ...]
    hint: str = ""


def list_organizations(
    *,
    session_token: str = "",
    session_jwt: str = "",
    intermediate_session_token: str = "",
    now: datetime,
) -> Listing:
    """This will list where the holder of the token can go; nothing is consumed or changed.

    A session lists memberships only, an intermediate session also what may be joined.
    Raises no_session_arguments 400 and what `presented.resolve` raises;
    invalid_intermediate_session_token_for_organization 400 when no factor counts elsewhere (5.6).
    """
    held = presented.resolve(
        session_token=session_token,
        session_jwt=session_jwt,
        intermediate_session_token=intermediate_session_token,
        now=now,
    )
    match held:
        case ALiveSession(session, _):
            return _listing_of_session(session)
        case AnIntermediate(intermediate, _):
            return _listing(intermediate)
        case _:
            raise presented.no_arguments()


def exchange(
    *, intermediate_session_token: str, organization_id: str, terms: Terms, now: datetime
) -> Finished:
    """This will sign in to `organization_id` (id, slug, external id), joining it if need be.

    Invites are accepted, e-mail domains admit (5.6). Full success consumes the token; the same
    post again within seconds gets the same session. Otherwise the identical token comes back.
    Raises intermediate_session_not_found and organization_not_found 404, what
    `provisioning.join` and `elsewhere.by_address` raise, and
    invalid_intermediate_session_token_for_organization 400.
    """

    def enter(held: AnIntermediate) -> Finished:
        organization = organizations.get(organization_id)
        proof = proofs.of_intermediate(held.intermediate)
        member = _entering(proof, organization, attempt=attempt, now=now)
        finished = _sign_in(held, member=member, terms=terms, now=now)
        audit.record(
            action="discovery.exchange", outcome=_outcome(finished), member=member, now=now
        )
        return finished

    def is_same(again: Finished, _: IntermediateSession) -> bool:
        return again.organization == organizations.get(organization_id)

    with audit.refusals(action="discovery.exchange", now=now) as attempt:
        return _once(intermediate_session_token, first=enter, is_same=is_same, now=now)


def create_organization(
    *,
    intermediate_session_token: str,
    fields: dict[str, Any],
    visitor: Visitor = NOBODY,
    terms: Terms,
    now: datetime,
) -> Finished:
    """This will found an organization, with the token's person as its stytch_admin.

    `fields` as in POST organizations; name and slug have defaults from the address (2.2). When
    something is missing the organization stands, its founder is `pending`, and the token comes
    back; it then completes through `exchange`, not by creating again: a token founds once, and an
    address or a network so many in a day.
    Raises intermediate_session_not_found 404, what `organizations.create` raises,
    invalid_intermediate_session_token_for_organization 400, organization_already_founded 400
    (ours), too_many_requests 429, what `founding.check_allowed` raises.
    """

    def found(held: AnIntermediate) -> Finished:
        member = founding.founder(held.intermediate, fields=fields, now=now)
        return _sign_in(held, member=member, terms=terms, now=now)

    def is_same(again: Finished, consumed: IntermediateSession) -> bool:
        # Both moments are the `now` of the one call that did it.
        return again.organization.created_at == consumed.consumed_at

    founding.check_allowed()
    founding.spend(intermediate_session_token, visitor=visitor, now=now)
    return _once(intermediate_session_token, first=found, is_same=is_same, now=now)


def _entering(
    proof: Proof, organization: Organization, *, attempt: Attempt, now: datetime
) -> Member:
    if member := elsewhere.by_account(proof, organization, attempt=attempt, now=now):
        return member
    proofs.check_is_vouched_for(proof)
    proofs.check_counts(proof, organization)
    return elsewhere.by_address(proof, organization, attempt=attempt) or provisioning.join(
        organization=organization,
        email_address=proof.email_address,
        factors=proof.factors,
        now=now,
    )


def _once(
    token: str,
    *,
    first: Callable[[AnIntermediate], Finished],
    is_same: Callable[[Finished, IntermediateSession], bool],
    now: datetime,
) -> Finished:
    """Two posts at the same moment: one goes first, the other waits and gets its answer."""
    with transaction.atomic():
        held = presented.intermediate(token, lock=True)
        if held is not None and (answer := held.replay(presented=token, now=now)):
            again = resume(answer=answer, now=now)
            if not is_same(again, held):
                raise intermediate_session_not_found()
            return again
        return first(presented.intermediate_by_token(token, now=now, lock=True))


def _sign_in(held: AnIntermediate, *, member: Member, terms: Terms, now: datetime) -> Finished:
    return sign_in(
        member=member,
        factors=(),
        presented=held,
        joining=is_joining(member),
        terms=terms,
        now=now,
    )


def _listing_of_session(session: MemberSession) -> Listing:
    """Nobody sees the memberships of an address that hasn't been proven."""
    proof = proofs.of_session(session)
    return Listing(proof.email_address, discovered.memberships(proof))


def _listing(intermediate: IntermediateSession) -> Listing:
    proof = proofs.of_intermediate(intermediate)
    if proof.home and not transferable(proof.factors) and not proof.accounts:
        raise proofs.of_another_organization()
    hint = intermediate.organization_id or ""
    return Listing(proof.email_address, discovered.everything(proof), hint)


def _outcome(finished: Finished) -> str:
    return "success" if finished.session else "step_up_required"
