"""How many mails about new browsers go out: nobody silences another's, and nobody is flooded.

Each organization has mails of its own for an address. It may name anybody its member, so an address
that this sign-in didn't prove gets a few a day, and an organization mails so many of such an hour;
those stop with the project's limit. Each process may count for itself (REDIS_URL), which is often
enough.
"""

import hashlib
from enum import StrEnum

from django.conf import settings
from django.core.cache import cache

from outbound.mailboxes import mailbox_of

HOUR, DAY = 3600, 86_400  # seconds
# To one address of an organization; the next says that there were more, and is the last.
MOST_AN_HOUR = 9
MOST_UNPROVEN_A_DAY = 3
MOST_UNPROVEN_OF_ORGANIZATION = 100  # in an hour


class Room(StrEnum):
    FREE = "free"
    LAST = "last"
    NONE = "none"


def taken(address: str, *, organization_id: str, is_proven: bool) -> Room:
    """This will count a mail: for its recipient, and unproven for organization and project too."""
    whose = f"{organization_id}:{mailbox_of(address)}"
    if is_proven:  # and uses up nothing of those that aren't
        return _of_count(_counted(whose, per=HOUR), most=MOST_AN_HOUR)
    room = _of_count(_counted(f"{whose}:unproven", per=DAY), most=MOST_UNPROVEN_A_DAY)
    return room if room != Room.NONE and _fits(organization_id) else Room.NONE


def _fits(organization_id: str) -> bool:
    if _counted(organization_id, per=HOUR) > MOST_UNPROVEN_OF_ORGANIZATION:
        return False
    return _counted("project", per=HOUR) <= int(settings.MAILS_PER_PROJECT)


def _of_count(count: int, *, most: int) -> Room:
    if count > most + 1:
        return Room.NONE
    return Room.FREE if count <= most else Room.LAST


def _counted(what: str, *, per: int) -> int:
    """This one included."""
    key = f"new-browser:{hashlib.sha256(what.encode()).hexdigest()}"
    cache.add(key, 0, timeout=per)
    try:
        return int(cache.incr(key))
    except ValueError:  # over in this very moment
        return 1
