"""What a change of a member's settings does to their way in, and the mails that say so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from identity.models import Member
from identity.operations import members, notices
from identity.operations.notices import Notice


@dataclass(frozen=True, slots=True)
class Seen:
    """What a member would want to hear of if somebody else changed it."""

    address: str
    phone: str
    default_method: str
    second_step: bool


def seen(member: Member) -> Seen:
    """Where the organization asks everybody, or there is nothing to ask for, a member's choice to
    be asked changes nothing.
    """
    required = member.organization.mfa_policy == "REQUIRED_FOR_ALL"
    has_one = bool(member.mfa_phone_number or member.totp_registration_id)
    return Seen(
        address=member.email_address,
        phone=member.mfa_phone_number,
        default_method=member.default_mfa_method,
        second_step=required or (has_one and member.mfa_enrolled),
    )


def update(*, member: Member, changes: dict[str, Any], now: datetime) -> Member:
    """members.update, told to the address that the member had (QUALITY 34)."""
    before, was_active = seen(member), member.status == Member.Status.ACTIVE
    updated = members.update(member=member, changes=changes, now=now)
    for notice in between(before, seen(updated)) if was_active else ():
        notices.tell(member, notice, now=now)
    return updated


def between(before: Seen, after: Seen) -> tuple[Notice, ...]:
    """A first default method is none that was changed."""
    off_or_on = notices.SECOND_STEP_ON if after.second_step else notices.SECOND_STEP_OFF
    found = {
        notices.ADDRESS_CHANGED: before.address != after.address,
        notices.PHONE_ADDED: after.phone not in {"", before.phone},
        notices.DEFAULT_CHANGED: before.default_method not in {"", after.default_method},
        off_or_on: before.second_step != after.second_step,
    }
    return tuple(notice for notice, applies in found.items() if applies)
