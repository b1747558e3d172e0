"""Accounts that a provider calls by a member's address, and that aren't the ones noted there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q

from identity.factors import Factor
from identity.models import Member, Registration
from identity.operations.accounts import Account, origin_of
from identity.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Noted:
    """The accounts noted at some members, and who else there holds those that came."""

    rows: tuple[Registration, ...] = ()

    def is_strange(self, member: Member, factor: Factor) -> bool:
        account = _doubtful(factor)
        if account is None or not self._has_any(member, account):
            return False
        return self._holder(member.organization_id, account) != member.member_id

    def _has_any(self, member: Member, account: Account) -> bool:
        return any(
            row.member_id == member.member_id and row.provider == account.provider
            for row in self.rows
        )

    def _holder(self, organization_id: str, account: Account) -> str:
        """As `registrations.find` finds the one: that of an unknown workspace if none is better."""
        wanted = (organization_id, account.provider, account.subject)
        rows = [
            row
            for row in self.rows
            if (row.organization_id, row.provider, row.subject) == wanted
            and row.tenant in {account.tenant, ""}
        ]
        return max(rows, key=lambda row: row.tenant).member_id if rows else ""


def noted(members: Iterable[Member], factors: Iterable[Factor]) -> Noted:
    """One query for all of the members, none where no factor can be in doubt."""
    accounts = [each for each in map(_doubtful, factors) if each]
    if not accounts:
        return Noted()
    held = list(members)
    rows = Registration.objects.filter(
        Q(member__in=held)
        | Q(
            organization__in={each.organization_id for each in held},
            subject__in={each.subject for each in accounts},
        ),
        connection=None,
        provider__in={each.provider for each in accounts},
    )
    return Noted(tuple(rows))


def doubted(
    member: Member, factors: tuple[Factor, ...], *, known: Noted | None = None
) -> tuple[Factor, ...]:
    """The factors; those by a strange account call for a proof of the mailbox, the first time.

    Who runs a workspace writes any address into its accounts, and the provider doesn't vouch for it
    today. So the word that was good enough for the member's account isn't for one elsewhere.
    """
    known = noted([member], factors) if known is None else known
    return tuple(
        replace(factor, provenance=Provenance.DOUBTED)
        if known.is_strange(member, factor)
        else factor
        for factor in factors
    )


def _doubtful(factor: Factor) -> Account | None:
    return origin_of(factor) if factor.provenance == Provenance.SEEN else None
