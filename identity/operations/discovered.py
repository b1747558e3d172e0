"""Which organizations a person can enter, and what each still asks for (CONTRACT 2.2, 3.4)."""

from dataclasses import dataclass
from datetime import datetime

from identity.factors import Factor
from identity.models import Member, Organization
from identity.policy import Decision


@dataclass(frozen=True, slots=True)
class Discovered:
    """`kind` is one of the five membership types; domain, provider, tenant explain the last two."""

    organization: Organization
    kind: str
    decision: Decision
    member: Member | None = None
    domain: str = ""
    provider: str = ""
    tenant: str = ""


def discovered_organizations(
    *,
    email_address: str,
    factors: tuple[Factor, ...],
    now: datetime,
    home: Organization | None = None,
    eligible: bool = True,
) -> tuple[Discovered, ...]:
    """This will list memberships first, then what may be joined (`eligible`), each by name.

    `home` is the organization the factors were proven in, None when they belong to none.
    """
    raise NotImplementedError
