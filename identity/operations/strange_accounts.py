"""Accounts that a provider calls by a member's address, and that aren't the ones noted there."""

from dataclasses import replace

from identity.factors import Factor
from identity.models import Member, Registration
from identity.operations import registrations
from identity.operations.accounts import Account, origin_of
from identity.provenance import Provenance


def doubted(member: Member, factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """The factors; those by a strange account call for a proof of the mailbox, the first time.

    Who runs a workspace writes any address into its accounts, and the provider doesn't vouch for it
    today. So the word that was good enough for the member's account isn't for one elsewhere.
    """
    return tuple(
        replace(factor, provenance=Provenance.DOUBTED) if _is_strange(member, factor) else factor
        for factor in factors
    )


def _is_strange(member: Member, factor: Factor) -> bool:
    account = origin_of(factor)
    if factor.provenance != Provenance.SEEN or account is None:
        return False
    return _has_any(member, account) and not _is_noted(member, account)


def _has_any(member: Member, account: Account) -> bool:
    rows = Registration.objects.filter(member=member, connection=None)
    return rows.filter(provider=account.provider).exists()


def _is_noted(member: Member, account: Account) -> bool:
    row = registrations.find(member.organization, account)
    return row is not None and row.member_id == member.member_id
