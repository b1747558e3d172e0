"""Who comes back from a provider: the member of that account, whatever address it has today.

The address leads to a member only where the account is new and no other account of that provider
holds them: an address can be given to somebody else, a subject can't (OpenID Connect Core 5.7).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from identity import addresses
from identity.errors import ApiError
from identity.factors import Factor, without_word
from identity.models import Member, Organization, Registration
from identity.operations import accounts, admin_notices, audit, members, notices, registrations
from identity.operations.audit import Attempt
from identity.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Arrival:
    """`factor` is what the provider's word would be worth for the address that it names."""

    organization: Organization
    factor: Factor
    email_address: str


def known(arrival: Arrival, *, attempt: Attempt, now: datetime) -> Member | None:
    """The member it is, None for newcomers; a changed address is followed where it may be.

    Raises what `registrations.check_may_hold` raises, audited with the member concerned.
    """
    if row := registration_of(arrival):
        attempt.member = row.member
        return up_to_date(row, arrival, now=now)
    address = arrival.email_address
    member = members.with_email(organization=arrival.organization, email_address=address)
    account = accounts.account_of(arrival.factor)
    attempt.member = member
    if member and account:
        registrations.check_may_hold(member, account)
    return member


def registration_of(arrival: Arrival) -> Registration | None:
    account = accounts.account_of(arrival.factor)
    return registrations.find(arrival.organization, account) if account else None


def said_of(member: Member, arrival: Arrival) -> Factor:
    """The factor, saying nothing of an address that isn't the one the provider names.

    Nor of one that the provider doubts, once the account itself is known.
    """
    factor = arrival.factor
    row = registration_of(arrival)
    is_known = row is not None and row.member_id == member.member_id
    doubted = factor.provenance == Provenance.DOUBTED
    if arrival.email_address == member.email_address and not (is_known and doubted):
        return factor
    return without_word(factor)


def up_to_date(row: Registration, arrival: Arrival, *, now: datetime) -> Member:
    """Followed when it changes at the provider: an admin may have set another one here since."""
    member, address = row.member, arrival.email_address
    if address == row.email_address:
        return member
    Registration.objects.filter(pk=row.pk).update(email_address=address)
    if address == member.email_address:
        return member
    if not _may_follow(member, arrival):
        return _stays(member, address, why="not allowed", now=now)
    try:
        with transaction.atomic():
            moved = members.update(member=member, changes={"email_address": address}, now=now)
    except ApiError as refusal:
        return _stays(member, address, why=refusal.error_type, now=now)
    transaction.on_commit(partial(notices.tell, member, notices.ADDRESS_CHANGED, now=now))
    return moved


def _may_follow(member: Member, arrival: Arrival) -> bool:
    """The provider vouches for it, and the organization takes addresses of its domain."""
    domain = addresses.domain_of(arrival.email_address)
    allowed = {*arrival.organization.email_allowed_domains}
    if allowed:
        allowed.add(addresses.domain_of(member.email_address))
    return arrival.factor.email_verifying and (not allowed or domain in allowed)


def _stays(member: Member, address: str, *, why: str, now: datetime) -> Member:
    """The member goes on under the old address, and the admins are told: by mail and record."""
    audit.record(
        action="member.address_differs",
        outcome=why,
        member=member,
        now=now,
        email_address=audit.masked(address),
    )
    notice = admin_notices.address_differs(member, why=why)
    transaction.on_commit(partial(admin_notices.tell, member.organization, notice, now=now))
    return member
