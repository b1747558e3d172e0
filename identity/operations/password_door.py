"""The password as a way in: guessed at by strangers, and locked without harm to any other way."""

import hashlib
import hmac
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

from django.conf import settings

from identity.factors import Factor
from identity.models import Member, Organization, PasswordDoor
from identity.operations import (
    accounts,
    audit,
    kept_passwords,
    locks,
    notices,
    proofs,
    registrations,
)
from identity.operations.mailbox import Held
from identity.operations.presented import ALiveSession, AnIntermediate
from identity.operations.standing import may_use
from identity.policy import IMPERSONATED
from identity.provenance import Provenance
from identity.tokens import derived_key
from identity.visitors import Visitor
from outbound import apart

FACTOR = "password"
UNPROVEN = frozenset({Provenance.NOBODY, Provenance.DOUBTED})


def guarded(
    *,
    organization: Organization,
    email_address: str,
    member: Member | None,
    visitor: Visitor,
    now: datetime,
) -> AbstractContextManager[locks.Guess]:
    """This will count the block as a guess at this address here, whoever is or isn't behind it.

    A browser known there has a door of its own: strangers can't lock that, nor does it lock theirs.
    Raises user_lock_limit_reached 429 while the door is locked. What a lock brings about comes
    after the answer, whoever it is: before it, a mail's time would tell who has a password.
    """
    browser = visitor.browser if visitor.is_known else ""
    door = _of(organization, email_address, browser=browser, now=now)
    told = partial(_tell, None if browser else member, now=now)
    return locks.counted(door, told=lambda: apart.later(told), now=now)


def lift(member: Member, *, visitor: Visitor, now: datetime) -> None:
    """For who has a new password: those wrong ones were of the old one."""
    for browser in {"", visitor.browser}:
        locks.lift(_of(member.organization, member.email_address, browser=browser, now=now))


def is_behind_proof(member: Member | None, *, held: Held, now: datetime) -> bool:
    """Whether somebody has proven something as this member already, so that no stranger asks.

    Raises what `Held.resolve` raises.
    """
    match held.resolve(now=now):
        case ALiveSession(session, _):
            impersonated = any(factor.type == IMPERSONATED for factor in session.factors)
            return member is not None and session.member_id == member.pk and not impersonated
        case AnIntermediate(intermediate, _):
            return (
                member is not None
                and proofs.is_of(intermediate, member)
                and any(
                    _is_proof(factor, member)
                    for factor in proofs.as_member(proofs.of_intermediate(intermediate), member)
                )
            )
        case _:
            return False


def _is_proof(factor: Factor, member: Member) -> bool:
    """Anybody has an account that names this address; the member's own is one that is noted here.

    Without this, who began a sign-in under somebody's address could lock their second step.
    """
    if factor.type == FACTOR or factor.provenance not in UNPROVEN:
        return True
    account = accounts.account_of(factor)
    row = registrations.find(member.organization, account) if account else None
    return row is not None and row.member_id == member.member_id


def _of(
    organization: Organization, email_address: str, *, browser: str, now: datetime
) -> PasswordDoor:
    secret = derived_key("password-door", settings.SECRET_KEY)
    subject = f"{organization.organization_id}:{email_address}:{browser}".encode()
    key = hmac.new(secret, subject, hashlib.sha256).hexdigest()
    row = PasswordDoor(key=key, seen_at=now)
    PasswordDoor.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["key"], update_fields=["seen_at"]
    )
    return row


def _tell(member: Member | None, *, now: datetime) -> None:
    """Whose way in it isn't has lost nothing, and no stranger sends them a mail by it."""
    if member is None or not _is_way_in(member):
        return
    audit.record(action="password.lock", outcome="success", member=member, factor=FACTOR, now=now)
    notices.tell(member, notices.password_locked(), now=now)


def _is_way_in(member: Member) -> bool:
    allowed = may_use(FACTOR, organization=member.organization, member=member)
    return allowed and bool(kept_passwords.of(member))
