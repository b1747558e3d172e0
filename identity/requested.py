"""Who asked for a mail, in words for its reader: when, with what browser, from where.

The caller names browser and place (a Foyer reduces the one to a list of names, and asks its own
function for the other); a caller that names none has nothing said about it. All of it is somebody
else's word, so nothing passes that a mail program could make a link of.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from identity import client_address
from identity.delivery import harmless
from identity.visitors import Visitor

DEVICE = re.compile(r"[A-Za-z0-9 ]{1,60}")
LONGEST_PLACE = 60


@dataclass(frozen=True, slots=True)
class Requested:
    """Each "" when nobody says; `when` is empty for what nobody asked for, like an invitation."""

    when: str = ""
    device: str = ""
    where: str = ""

    def __bool__(self) -> bool:
        return bool(self.when)


def of(visitor: Visitor, *, now: datetime) -> Requested:
    local = timezone.localtime(now)
    return Requested(
        when=f"{date_format(local, 'j F Y, H:i')} {local:%Z}",
        device=visitor.device if DEVICE.fullmatch(visitor.device) else "",
        where=_where(visitor),
    )


def _where(visitor: Visitor) -> str:
    """`Lisbon (203.0.113.7)`, `203.0.113.7`, `Lisbon`, or ""."""
    address = client_address.in_words(visitor.address)
    place = harmless(visitor.place[:LONGEST_PLACE], instead="")
    return f"{place} ({address})" if place and address else place or address
