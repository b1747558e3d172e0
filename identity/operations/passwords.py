"""Passwords: proven, and set anew by who knows the old one or has just signed in (CONTRACT 2.6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from identity import breaches, keys, password_hash
from identity.errors import bad_request, session_not_found, unauthorized
from identity.models import Member, MemberSession
from identity.operations import (
    allowances,
    audit,
    kept_passwords,
    locks,
    members,
    notices,
    organizations,
    presented,
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

# CONTRACT 8.1: how new the newest factor of a session has to be for a new password.
FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says that this is their password; `client` as in allowances.guess."""

    organization_id: str
    email_address: str
    password: str = field(repr=False)
    client: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """It is; `hashed` is what it was found right by."""

    member: Member
    hashed: str
    guess: locks.Guess


def authenticate(claim: Claim, *, held: Held, terms: Terms, now: datetime) -> Finished:
    """The same work and answer for a wrong password, none, and nobody (QUALITY 24)."""
    with _known(claim, action="password.authenticate", now=now) as found:
        if breaches.has(claim.password):
            raise bad_request("member_reset_password", "The member's password must be reset.")
        with transaction.atomic():
            member = members.locked(found.member)
            check_same(member, was=found.hashed)
            finished = enter(member, by=held.resolve(now=now), terms=terms, now=now)
        found.guess.forgives = finished.session is not None
    return finished


def reset_by_existing(
    claim: Claim, *, password: str, held: Held, terms: Terms, now: datetime
) -> Finished:
    with _known(claim, action="password.reset_by_existing", now=now) as found:
        check_may_use(FACTOR, organization=found.member.organization, member=found.member)
        strength.check(password, member=found.member)
        new = New(password_hash.made(password), was=found.hashed)
        by = held.resolve(now=now)
        finished = change(new, member=found.member, by=by, terms=terms, now=now)
        found.guess.forgives = finished.session is not None
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
def _known(claim: Claim, *, action: str, now: datetime) -> Iterator[Known]:
    """Whose password it is, while the block counts as an attempt.

    Raises unauthorized_credentials 401, user_lock_limit_reached and too_many_requests 429.
    """
    organization = organizations.get(claim.organization_id)
    address = claim.email_address
    with (
        allowances.guess(email_address=address, client=claim.client, now=now),
        audit.attempt(action=action, factor=FACTOR, email_address=address, now=now) as attempt,
    ):
        attempt.organization = organization
        member = members.with_email(organization=organization, email_address=address)
        attempt.member = member
        stranger = locks.stranger(organization=organization, email_address=address, now=now)
        with locks.guarded(member or stranger, now=now) as guess:
            yield _checked(member, claim.password, guess)


def _checked(member: Member | None, password: str, guess: locks.Guess) -> Known:
    hashed = kept_passwords.of(member)
    is_right = password_hash.is_right(password, hashed=hashed)
    if member is None or not is_right:
        raise unauthorized("unauthorized_credentials", "The address or the password is wrong.")
    today = kept_passwords.renewed(member, password=password, hashed=hashed)
    return Known(member, today, guess)


def _check_fresh(session: MemberSession, *, now: datetime) -> None:
    """Somebody else's proof (an impersonator's) or of an earlier address is none."""
    proven = current_factors(session.member, session.factors)
    own = [factor for factor in proven if factor.type != IMPERSONATED]
    if not any(now - factor.authenticated_at <= FRESH for factor in own):
        raise bad_request(
            "session_too_old_to_reset_password",
            "A factor must have been authenticated within the last 5 minutes.",
        )
