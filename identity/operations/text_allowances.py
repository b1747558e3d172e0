"""How many texts go out, as allowances.py for mails. They cost, and a country's are all people's.

A number that the member has proven is behind a proof: strangers who have members of their own made,
with any numbers, spend the budgets of unproven ones. Who has proven a number may prove it for any
member and organization of theirs. So a proven number has so many texts a day, of which one
organization gets half; and whatever numbers its members have, one organization leaves a quarter of
each country's and of the project's to the others.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from django.conf import settings

from identity import client_address, phones
from identity.operations import limits
from identity.operations.allowances import CLIENTS, sends_to
from identity.operations.limits import DAY, HOUR, Counter
from identity.visitors import Visitor

# A day's budget of a country and of the project, in full hours' ones.
HOURS_A_DAY = 8
# Of that an organization may have, and one client of the texts to numbers that nobody has proven.
OF_ORGANIZATION = Fraction(3, 4)
OF_CLIENT = Fraction(1, 2)
# So many organizations it takes to use up a proven number's texts of a day.
ORGANIZATIONS = 2


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member's phone, `phone_number` in E.164; `is_proven` if a code to it was told us."""

    member_id: str
    organization_id: str
    phone_number: str = field(repr=False)
    is_proven: bool


def send(to: Recipient, *, visitor: Visitor, now: datetime) -> None:
    """This will count one text, or raise too_many_requests. Call it before it is made."""
    of_member = Counter(f"text:{to.member_id}", settings.SENDS_PER_ADDRESS, HOUR)
    of_number = _of_proven(to) if to.is_proven else _of_unproven(to, visitor)
    limits.spend_all((of_member, *of_number, *_of_all(to)), now=now)


def of_day() -> int:
    """Texts to one number in a day: to a proven one from one organization, else from all."""
    return int(settings.SENDS_PER_ADDRESS) * CLIENTS


def _of_proven(to: Recipient) -> tuple[Counter, ...]:
    key = f"text-number:{to.phone_number}"
    return (
        Counter(f"{key}:{to.organization_id}", of_day(), DAY),
        Counter(key, of_day() * ORGANIZATIONS, DAY),
    )


def _of_unproven(to: Recipient, visitor: Visitor) -> tuple[Counter, ...]:
    a_day, country = settings.SENDS_PER_CLIENT, phones.country(to.phone_number)
    an_hour = int(settings.TEXTS_PER_COUNTRY * OF_CLIENT)
    blocks = client_address.blocks(visitor.address)
    return (
        *sends_to(to.phone_number, visitor=visitor),
        Counter(f"text-unproven:{to.phone_number}", of_day(), DAY),
        *(Counter(f"text-by:{country}:{block}", an_hour * n, HOUR) for block, n in blocks),
        *(Counter(f"text-by:{block}", a_day * n, DAY) for block, n in blocks),
    )


def _of_all(to: Recipient) -> tuple[Counter, ...]:
    """Each an organization's part first, so that nobody is told of what one of them uses up."""
    kind = "text-proven" if to.is_proven else "text"
    budgets = (
        (f"{kind}-{phones.country(to.phone_number)}", settings.TEXTS_PER_COUNTRY),
        (kind, settings.TEXTS_PER_PROJECT),
    )
    return tuple(
        counter
        for key, an_hour in budgets
        for counter in (
            *_shared(key, an_hour, HOUR, to.organization_id),
            *_shared(f"{key}:day", an_hour * HOURS_A_DAY, DAY, to.organization_id),
        )
    )


def _shared(key: str, limit: int, per: timedelta, organization_id: str) -> tuple[Counter, Counter]:
    own = Counter(f"{key}:{organization_id}", int(limit * OF_ORGANIZATION), per)
    return own, Counter(key, limit, per, is_shared=True)
