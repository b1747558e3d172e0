"""Invitations by e-mail: a member who is `invited` until they open the link (CONTRACT 2.3)."""

from datetime import datetime
from typing import Any

from identity.models import Member, Organization
from identity.operations import allowances, audit, link_mail, members, provisioning
from identity.operations.link_mail import Purpose, Way
from identity.operations.one_time import uncreate, undone_unless_delivered
from identity.visitors import Visitor


def invite(
    *,
    organization: Organization,
    email_address: str,
    fields: dict[str, Any],
    invited_by_member_id: str,
    way: Way,
    visitor: Visitor,
    now: datetime,
) -> Member:
    """`fields`: name, roles and metadata. Inviting again mails a new link, the old stays good."""
    draft = link_mail.draft(way, purpose=Purpose.INVITE, visitor=visitor)
    allowances.send(email_address=email_address, visitor=visitor, now=now)
    with audit.attempt(action="member.invite", factor="magic_link", now=now) as attempt:
        attempt.organization = organization
        inviter = _inviter(organization, member_id=invited_by_member_id)
        before = _stored(organization, email_address=email_address)
        member = provisioning.invite(
            organization=organization,
            email_address=email_address,
            fields={**fields, "invited_by": inviter},
            now=now,
        )
        attempt.member = member
        with undone_unless_delivered(lambda: _restore(member, before=before)):
            link_mail.post(draft, email_address=email_address, member=member, now=now)
    return member


def _inviter(organization: Organization, *, member_id: str) -> Member | None:
    return members.get(organization=organization, identifier=member_id) if member_id else None


def _stored(organization: Organization, *, email_address: str) -> dict[str, Any]:
    """The row as it is, {} when the address is new."""
    known = members.with_email(organization=organization, email_address=email_address)
    return dict(Member.objects.filter(pk=known.pk).values().get()) if known else {}


def _restore(member: Member, *, before: dict[str, Any]) -> None:
    if before:
        Member.objects.filter(pk=member.pk).update(**before)
    else:
        uncreate(member)
