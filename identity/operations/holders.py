"""Which members hold an account at an OAuth provider, in whichever organizations."""

from collections.abc import Iterable
from dataclasses import dataclass

from identity.models import Member, Registration
from identity.operations.accounts import Account


@dataclass(frozen=True, slots=True)
class Holders:
    rows: tuple[Registration, ...]

    @property
    def member_ids(self) -> set[str]:
        return {row.member_id for row in self.rows}

    @property
    def have_any_living(self) -> bool:
        rows = Member.objects.filter(pk__in=self.member_ids)
        return rows.exclude(status=Member.Status.DELETED).exists()

    def row_in(self, organization_id: str) -> Registration | None:
        """Of two members there, that of the account which was proven first."""
        return next((row for row in self.rows if row.organization_id == organization_id), None)

    def accounts_of(self, member: Member) -> frozenset[Account]:
        return frozenset(account(row) for row in self.rows if row.member_id == member.member_id)


def of(accounts: Iterable[Account]) -> Holders:
    """By the workspace that is noted: a subject of an unknown one may elsewhere be anybody's."""
    wanted = list(accounts)
    if not wanted:
        return Holders(())
    rows = Registration.objects.filter(connection=None, subject__in={a.subject for a in wanted})
    theirs = [row for row in rows if account(row) in wanted]
    return Holders(tuple(sorted(theirs, key=lambda row: wanted.index(account(row)))))


def held_by_others(members: Iterable[Member], accounts: Iterable[Account]) -> frozenset[str]:
    """Ids of those members at whom another account of the same provider is noted."""
    subjects = {(each.provider, each.tenant): each.subject for each in accounts}
    if not subjects:
        return frozenset()
    rows = Registration.objects.filter(connection=None, member__in=list(members))
    places = ((row, subjects.get((row.provider, row.tenant), row.subject)) for row in rows)
    return frozenset(row.member_id for row, subject in places if row.subject != subject)


def account(row: Registration) -> Account:
    return Account(row.subject, provider=row.provider, tenant=row.tenant)
