"""Passwords: proven, and set anew by who knows the old one or has just signed in (CONTRACT 2.6)."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from identity import breaches, keys, password_hash
from identity.errors import bad_request, session_not_found, unauthorized
from identity.models import Member, MemberSession, Organization
from identity.operations import (
    audit,
    guesses,
    kept_passwords,
    locks,
    members,
    notices,
    organizations,
    password_door,
    presented,
    second_step,
    strength,
)
from identity.operations.mailbox import Held
from identity.operations.password_change import (
    FACTOR,
    New,
    change,
    check_same,
    enter,
    session_of,
)
from identity.operations.sign_in import Finished, Terms
from identity.operations.standing import check_may_use, current_factors
from identity.policy import IMPERSONATED
from identity.visitors import NOBODY, Visitor

# CONTRACT 8.1: how new the newest factor of a session has to be for a new password.
FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says that this is their password; `visitor` is who."""

    organization_id: str
    email_address: str
    password: str = field(repr=False)
    visitor: Visitor = NOBODY


@dataclass(frozen=True, slots=True)
class Known:
    """It is; `hashed` is what it was found right by."""

    member: Member
    hashed: str
    guess: locks.Guess
    is_behind_proof: bool


def authenticate(claim: Claim, *, held: Held, terms: Terms, now: datetime) -> Finished:
    """The same work and answer for a wrong password, none, and nobody (QUALITY 24)."""
    with _known(claim, action="password.authenticate", held=held, now=now) as found:
        if breaches.has(claim.password):
            raise bad_request("member_reset_password", "The member's password must be reset.")
        with transaction.atomic():
            member = members.locked(found.member)
            check_same(member, was=found.hashed)
            finished = enter(member, by=held.resolve(now=now), terms=terms, now=now)
        _settle(found, finished)
    return finished


def reset_by_existing(
    claim: Claim, *, password: str, held: Held, terms: Terms, now: datetime
) -> Finished:
    with _known(claim, action="password.reset_by_existing", held=held, now=now) as found:
        check_may_use(FACTOR, organization=found.member.organization, member=found.member)
        strength.check(password, member=found.member)
        new = New(password_hash.made(password), was=found.hashed)
        by = held.resolve(now=now)
        finished = change(new, member=found.member, by=by, terms=terms, now=now)
        _settle(found, finished)
    notices.tell(finished.member, notices.PASSWORD_SET, now=now)
    return finished


def reset_by_session(
    *, organization_id: str, password: str, held: Held, terms: Terms, now: datetime
) -> Finished:
    """Raises session_too_old_to_reset_password 400, what `presented.one_session` raises."""
    organization = organizations.get(organization_id)
    with audit.attempt(action="password.reset_by_session", factor=FACTOR, now=now) as attempt:
        attempt.organization = organization
        by = presented.one_session(
            session_token=held.session_token,
            session_jwt=held.session_jwt,
            ring=keys.ring(now=now),
            now=now,
        )
        member = by.session.member
        if member.organization_id != organization.organization_id:
            raise session_not_found()
        attempt.member = member
        _check_fresh(by.session, now=now)
        check_may_use(FACTOR, organization=organization, member=member)
        strength.check(password, member=member)
        new = New(password_hash.made(password))
        finished = change(new, member=member, by=by, keeping=session_of(by), terms=terms, now=now)
    notices.tell(finished.member, notices.PASSWORD_SET, now=now)
    return finished


@contextmanager
def _known(claim: Claim, *, action: str, held: Held, now: datetime) -> Iterator[Known]:
    """Whose password it is, while the block counts as an attempt.

    Raises unauthorized_credentials 401, user_lock_limit_reached and too_many_requests 429, and
    what `Held.resolve` raises.
    """
    organization = organizations.get(claim.organization_id)
    address = claim.email_address
    member = members.with_email(organization=organization, email_address=address)
    behind = password_door.is_behind_proof(member, held=held, now=now)
    with (
        _allowance(claim, member=member if behind else None, now=now),
        audit.attempt(action=action, factor=FACTOR, email_address=address, now=now) as attempt,
    ):
        attempt.organization, attempt.member = organization, member
        guard = _guard(organization, claim, member=member, behind=behind, now=now)
        with guard as guess:
            yield _checked(member, claim.password, guess, behind=behind)


def _allowance(
    claim: Claim, *, member: Member | None, now: datetime
) -> AbstractContextManager[None]:
    """`member` is who has proven something already; None is anybody."""
    if member:
        return guesses.at_second_step(member_id=member.member_id, visitor=claim.visitor, now=now)
    return guesses.at_password(visitor=claim.visitor, now=now)


def _guard(
    organization: Organization, claim: Claim, *, member: Member | None, behind: bool, now: datetime
) -> AbstractContextManager[locks.Guess]:
    if member and behind:
        return locks.guarded(member, now=now)
    return password_door.guarded(
        organization=organization,
        email_address=claim.email_address,
        member=member,
        visitor=claim.visitor,
        now=now,
    )


def _checked(member: Member | None, password: str, guess: locks.Guess, *, behind: bool) -> Known:
    hashed = kept_passwords.of(member)
    is_right = password_hash.is_right(password, hashed=hashed)
    if member is None or not is_right:
        raise unauthorized("unauthorized_credentials", "The address or the password is wrong.")
    today = kept_passwords.renewed(member, password=password, hashed=hashed)
    return Known(member, today, guess, behind)


def _settle(found: Known, finished: Finished) -> None:
    """Behind a proof a right password forgets nothing while there is a second factor to guess:
    who has the password would wind the tries back between two guesses.
    """
    if found.is_behind_proof:
        at_end = finished.session is not None
        found.guess.forgives = at_end and not second_step.has_active_factor(finished.member)


def _check_fresh(session: MemberSession, *, now: datetime) -> None:
    """Somebody else's proof (an impersonator's) or of an earlier address is none."""
    proven = current_factors(session.member, session.factors)
    own = [factor for factor in proven if factor.type != IMPERSONATED]
    if not any(now - factor.authenticated_at <= FRESH for factor in own):
        raise bad_request(
            "session_too_old_to_reset_password",
            "A factor must have been authenticated within the last 5 minutes.",
        )
