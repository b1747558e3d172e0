"""Tells an organization's admins by mail what only they can put right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from identity import delivery
from identity.models import Member, Organization
from identity.operations import letters, limits, project_mails, roles
from identity.operations.limits import HOUR
from identity.provenance import Use, good_ones
from outbound.mailboxes import mailbox_of

# To one admin in an hour; the next one says that there was more, and is the last. Counted apart
# from the notices about the admin's own account: people of theirs must not use those up.
MOST_AN_HOUR = 3
# Mail servers take their time, and the person who signs in waits for them.
MOST_ADMINS = 5
TAKEN = "another member has it"
NOT_ALLOWED = "the organization takes no addresses of its domain, or the provider vouches for none"
WHY = {"duplicate_member_email": TAKEN, "not allowed": NOT_ALLOWED}


@dataclass(frozen=True, slots=True)
class AdminNotice:
    """`what` names the member by the address that the admins know, and never the other one: a
    provider says whatever it likes."""

    subject: str
    what: str


MORE = AdminNotice(
    "More email addresses differ",
    "More members came from a sign-in provider with another email address within an hour than we"
    " mail about one by one. They all keep signing in, under the addresses that you know.",
)


def address_differs(member: Member, *, why: str) -> AdminNotice:
    reason = WHY.get(why, "it can’t be used here")
    return AdminNotice(
        "A member’s email address differs",
        f"{member.email_address} came from a sign-in provider that has another email address for"
        f" them now. It couldn’t become theirs here, because {reason}. They keep signing in, and"
        " mail for them goes to the old address. Ask them for the new one.",
    )


def tell(organization: Organization, notice: AdminNotice, *, now: datetime) -> None:
    """This will mail the admins, as far as the mail server is up.

    Call it outside of any transaction: a mail server may think for seconds.
    """
    for admin in islice(_admins(organization), MOST_ADMINS):
        allowed = _within_budget(admin, notice, now=now)
        if allowed is not None:
            _send(admin, allowed, now=now)


def _admins(organization: Organization) -> Iterator[Member]:
    """Those whose mailbox is proven, by more than the organization's word; the first ones first."""
    active = organization.members.filter(
        status=Member.Status.ACTIVE, email_provenance__in=good_ones(Use.LIST)
    )
    rows = active.select_related("organization").iterator(chunk_size=500)
    return (member for member in rows if roles.is_admin(member))


def _send(admin: Member, notice: AdminNotice, *, now: datetime) -> None:
    mail = letters.for_admins(admin=admin, subject=notice.subject, what=notice.what)
    delivery.tell(mail, lost="an admin was not told", now=now)


def _within_budget(admin: Member, notice: AdminNotice, *, now: datetime) -> AdminNotice | None:
    """Another organization that calls the same address its admin uses up none of these."""
    key = f"admin-notice:{admin.organization_id}:{mailbox_of(admin.email_address)}"
    count = limits.used(key, per=HOUR, now=now)
    if count > MOST_AN_HOUR + 1:
        return None
    project_mails.count_known(now=now)
    return notice if count <= MOST_AN_HOUR else MORE
