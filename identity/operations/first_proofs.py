"""A member's address is proven for the first time: not always by who was here before.

An admin may have given the member another address. What was begun under the earlier one ends then,
unless it is the very session that the proof was added to; so does a password that nobody's proof
stands behind. Second factors and accounts elsewhere stay: by the admin's word it is one person.
"""

from datetime import datetime

from identity.factors import Factor
from identity.models import IntermediateSession, Member, MemberSession
from identity.operations import kept_passwords, presented
from identity.provenance import Provenance


def settle(
    member: Member, factors: tuple[Factor, ...], *, session: MemberSession, now: datetime
) -> None:
    """This will end all but `session`, which holds the proof; the member's row is locked."""
    others = presented.alive(now=now).filter(member=member).exclude(pk=session.pk)
    others.update(revoked_at=now)
    IntermediateSession.objects.filter(member=member, consumed_at=None).delete()
    knows_password = any(each.type == "password" for each in factors)
    if not knows_password and _is_nobodys(member):
        kept_passwords.forget(member)
        member.save(update_fields=["member_password_id"])


def _is_nobodys(member: Member) -> bool:
    has_one = bool(kept_passwords.of(member))
    return has_one and kept_passwords.provenance_of(member) == Provenance.NOBODY
