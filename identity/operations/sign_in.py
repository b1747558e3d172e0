"""Where every authenticate, exchange and create call ends: a session or what is missing."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from django.db import transaction

from identity.errors import member_not_found, session_not_found
from identity.factors import Factor, add, renamed_for_email
from identity.models import Member, MemberSession
from identity.operations import (
    audit,
    first_proofs,
    intermediates,
    member_sessions,
    proofs,
    provisioning,
    registrations,
    strange_accounts,
)
from identity.operations.decisions import decision_of
from identity.operations.finished import Finished, resume, stepping_up, with_session
from identity.operations.intermediates import new_intermediate
from identity.operations.member_sessions import Terms
from identity.operations.presented import (
    ALiveSession,
    AnIntermediate,
    Nobody,
    Presented,
    intermediate_by_token,
    is_alive,
)
from identity.operations.standing import MfaNeed, current_factors
from identity.policy import Granted
from identity.provenance import strongest

__all__ = ["Finished", "MfaNeed", "Terms", "new_intermediate", "resume", "sign_in"]


@dataclass(frozen=True, slots=True)
class _Held:
    """What of the presented counts for this member, locked, and the factors it brings."""

    by: Presented
    factors: tuple[Factor, ...] = ()


def sign_in(
    *,
    member: Member,
    factors: tuple[Factor, ...],
    presented: Presented,
    joining: bool,
    terms: Terms,
    now: datetime,
    is_in: bool = False,
) -> Finished:
    """This will add `factors` (just proven) to what is presented and ask the policy.

    Granted: the member becomes active, an intermediate is consumed, a session of the same member
    is renewed, otherwise a new one starts. Not granted: an intermediate token, the same if one
    was presented; `terms` are then dropped (CONTRACT 5.2, 6.3). What belongs to another member or
    address is ignored (5.3; for intermediate tokens INFERRED). The address is the one that the
    locked member has: it may have been changed on our way. `is_in` as for `decision_of`.
    Raises session_not_found, intermediate_session_not_found, member_not_found 404 if what is
    presented or the member ended meanwhile, or `factors` are of another address.
    """
    with transaction.atomic():
        member = _today(member)
        held = _held(presented, member=member, now=now)
        _check_of(member, factors, presented=presented, held=held)
        everything = _told_for(member, reduce(add, factors, held.factors))
        decision = decision_of(member, everything, joining=joining, by=held.by, is_in=is_in)
        if isinstance(decision, Granted):
            return _granted(held, member=member, factors=everything, terms=terms, now=now)
        kept = _kept(held.by, member=member, changed=bool(factors), factors=everything, now=now)
        return stepping_up(decision, member=member, kept=kept, now=now)


def _today(member: Member) -> Member:
    """Locked, so that who is being deleted doesn't come back, and judged by today's rules."""
    rows = Member.objects.select_related("organization").select_for_update(of=("self",))
    today = rows.filter(pk=member.pk).exclude(status=Member.Status.DELETED).first()
    if today is None:
        raise member_not_found()
    return today


def _check_of(
    member: Member, factors: tuple[Factor, ...], *, presented: Presented, held: _Held
) -> None:
    """They speak of an address that isn't this member's any more; or nothing of theirs is left."""
    strange = any(not each.is_silent_or_of(member.email_address) for each in factors)
    ignored = isinstance(held.by, Nobody) and not isinstance(presented, Nobody)
    if strange or (ignored and not factors):
        raise member_not_found()


def _held(presented: Presented, *, member: Member, now: datetime) -> _Held:
    match presented:
        case ALiveSession(session, token) if session.member_id == member.member_id:
            locked = _locked(session, now=now)
            return _Held(ALiveSession(locked, token), current_factors(member, locked.factors))
        case AnIntermediate(_, token) if proofs.is_of(presented.intermediate, member):
            alive = intermediate_by_token(token, now=now, lock=True)
            proof = proofs.of_intermediate(alive.intermediate)
            return _Held(alive, proofs.as_member(proof, member))
        case _:
            return _Held(Nobody())


def _locked(session: MemberSession, *, now: datetime) -> MemberSession:
    """Ended while we were on our way, it stays ended."""
    rows = MemberSession.objects.select_related("member").select_for_update(of=("self",))
    locked = rows.filter(pk=session.pk).first()
    if locked is None or not is_alive(locked, now=now):
        raise session_not_found()
    return locked


def _told_for(member: Member, factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """Proofs of the mailbox name this member's own `email_id`; a strange account is in doubt."""
    named = (
        renamed_for_email(factor, email_id=member.email_id)
        if "email_id" in (factor.detail or {})
        else factor
        for factor in factors
    )
    return strange_accounts.doubted(member, tuple(named))


def _granted(
    held: _Held, *, member: Member, factors: tuple[Factor, ...], terms: Terms, now: datetime
) -> Finished:
    was_proven = member.email_address_verified
    factors = _welcomed(member, factors, held=held, now=now)
    finished = _entered(held.by, member=member, factors=factors, terms=terms, now=now)
    if finished.session and member.email_address_verified and not was_proven:
        first_proofs.settle(member, factors, session=finished.session, now=now)
    return finished


def _welcomed(
    member: Member, factors: tuple[Factor, ...], *, held: _Held, now: datetime
) -> tuple[Factor, ...]:
    """A member from now on, with what was proven and the accounts it was proven by.

    What a session holds already isn't noted again: its account may have been removed meanwhile.
    """
    proven_by = strongest(factor.provenance for factor in factors if factor.email_verifying)
    provisioning.activate(member=member, proven_by=proven_by, now=now)
    noted = held.factors if isinstance(held.by, ALiveSession) else ()
    return tuple(
        each if each in noted else registrations.keep(member, each, now=now) for each in factors
    )


def _entered(
    by: Presented, *, member: Member, factors: tuple[Factor, ...], terms: Terms, now: datetime
) -> Finished:
    match by:
        case ALiveSession(session, _):
            session.member = member
            token = member_sessions.renew(session=session, factors=factors, terms=terms, now=now)
        case _:
            session, token = member_sessions.start(
                member=member, factors=factors, terms=terms, now=now
            )
    if isinstance(by, AnIntermediate):
        intermediates.consume(intermediate=by.intermediate, token=by.token, answer=token, now=now)
    audit.record(
        action="session.update" if isinstance(by, ALiveSession) else "session.create",
        outcome="success",
        member=member,
        factor=factors[-1].type,
        member_session_id=session.member_session_id,
        now=now,
    )
    return with_session(session, member=member, token=token, now=now)


def _kept(
    by: Presented, *, member: Member, changed: bool, factors: tuple[Factor, ...], now: datetime
) -> AnIntermediate:
    """The presented one (5.2: the same token), or a new one born in this organization."""
    if not isinstance(by, AnIntermediate):
        new, token = new_intermediate(
            email_address=member.email_address,
            factors=factors,
            organization=member.organization,
            member=member,
            now=now,
        )
        return AnIntermediate(new, token)
    if changed:
        intermediates.bind(intermediate=by.intermediate, member=member, factors=factors)
    return by
