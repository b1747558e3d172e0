"""Who somebody is in an organization that they have not signed in to, by what they have proven.

The list of organizations (discovered.py) and the moves between them find the same member.
"""

from datetime import datetime

from identity.models import Member, Organization, Registration
from identity.operations import accounts, arrivals, holders, members, registrations
from identity.operations.arrivals import Arrival
from identity.operations.audit import Attempt
from identity.operations.proofs import Proof


def by_account(
    proof: Proof, organization: Organization, *, attempt: Attempt, now: datetime
) -> Member | None:
    """Who holds an account of theirs there, whatever address that member has.

    Where the account has just named its address, outside of any organization, a changed one is
    followed. What a session or a step of an organization knows of the address may be old.
    """
    row = (
        None if proof.is_home(organization) else holders.of(proof.accounts).row_in(organization.pk)
    )
    if row is None:
        return None
    attempt.member = row.member
    if proof.home is not None:
        return row.member
    return arrivals.up_to_date(row, _arrival(row, proof, organization), now=now)


def by_address(proof: Proof, organization: Organization, *, attempt: Attempt) -> Member | None:
    """Raises what `registrations.check_may_hold` raises: the address may have been given on."""
    address = proof.email_address
    member = members.with_email(organization=organization, email_address=address)
    attempt.member = member
    if member and not proof.is_home(organization):
        for account in proof.origins:
            registrations.check_may_hold(member, account)
    return member


def _arrival(row: Registration, proof: Proof, organization: Organization) -> Arrival:
    named = {accounts.account_of(factor): factor for factor in proof.factors}
    factor = named[holders.account(row)]
    return Arrival(organization, factor, proof.email_address)
