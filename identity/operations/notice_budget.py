"""How many notices an address gets by mail: nobody silences another's, and nobody is flooded.

Each organization has notices of its own for an address, so that none uses up another's. Whose
mailbox is proven is told of nearly everything. An organization may name anybody its member, by its
admin's word or its own provider's; such an address gets a few a day, and unless a colleague has
proven the domain it is foreign: a few from all organizations together, a few an hour from one.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from identity.errors import ApiError
from identity.models import Member
from identity.operations import colleagues, limits, project_mails
from identity.operations.limits import DAY, HOUR
from identity.provenance import Provenance, Use, is_good
from outbound.mailboxes import mailbox_of

# To one address of an organization; the next says that there was more, and is the last.
MOST_AN_HOUR = 9
MOST_UNPROVEN_A_DAY = 3
# To a foreign address in a day, from all organizations.
MOST_TO_FOREIGN = 9
# From an organization in an hour, to those whose mailbox isn't proven.
MOST_TO_COLLEAGUES = 500
MOST_ABROAD = 20


class Room(StrEnum):
    FREE = "free"
    LAST = "last"
    NONE = "none"


def taken(member: Member, *, now: datetime) -> Room:
    """This will count a mail to the member, for them, their organization and the project."""
    if is_good(Provenance(member.email_provenance or Provenance.NOBODY), Use.LIST):
        room = _of_address(member, per=HOUR, most=MOST_AN_HOUR, now=now)
        return _counted(room, now=now)
    room = _of_address(member, per=DAY, most=MOST_UNPROVEN_A_DAY, now=now)
    if room == Room.NONE:
        return room
    if colleagues.have_proven(member.organization, member.email_address):
        fits = _fits(f"notice-by:{member.organization_id}", HOUR, MOST_TO_COLLEAGUES, now=now)
        return _counted(room if fits else Room.NONE, now=now)
    return room if _may_go_abroad(member, now=now) else Room.NONE


def _of_address(member: Member, *, per: timedelta, most: int, now: datetime) -> Room:
    key = f"notice:{member.organization_id}:{mailbox_of(member.email_address)}"
    count = limits.used(key, per=per, now=now)
    if count > most + 1:
        return Room.NONE
    return Room.FREE if count <= most else Room.LAST


def _may_go_abroad(member: Member, *, now: datetime) -> bool:
    """The one kind that the project's own limit stops: strangers can use that up."""
    return (
        _fits(f"notice-abroad:{mailbox_of(member.email_address)}", DAY, MOST_TO_FOREIGN, now=now)
        and _fits(f"notice-abroad-by:{member.organization_id}", HOUR, MOST_ABROAD, now=now)
        and _fits_strangers(now=now)
    )


def _fits(key: str, per: timedelta, limit: int, *, now: datetime) -> bool:
    try:
        limits.spend(key, limit=limit, per=per, now=now)
    except ApiError:
        return False
    return True


def _fits_strangers(*, now: datetime) -> bool:
    try:
        project_mails.count_strangers(now=now)
    except ApiError:
        return False
    return True


def _counted(room: Room, *, now: datetime) -> Room:
    if room != Room.NONE:
        project_mails.count_known(now=now)
    return room
