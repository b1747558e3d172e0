"""The append-only record of security events: a row, and the same as one line of log."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from identity import request_id
from identity.errors import ApiError
from identity.factors import wire_time
from identity.models import AuditEvent, Member, Organization
from identity.operations import limits

logger = logging.getLogger("identity.audit")

# A value longer than this is somebody's payload, not a fact worth a line of log.
LONGEST_VALUE = 200
HOUR = timedelta(hours=1)
# Refusals of one kind that concern no member, in an organization's record of an hour.
MOST_OF_NOBODY = 20


def record(
    *,
    action: str,
    outcome: str,
    now: datetime,
    member: Member | None = None,
    organization: Organization | None = None,
    factor: str = "",
    **details: str | int | bool,
) -> None:
    """This will write one event; never pass tokens, codes or links as details.

    What happens before a refusal is recorded outside of the transaction that the refusal rolls
    back. A member brings its organization along.
    """
    event = _event(
        action, outcome, now=now, of=member or organization, factor=factor, details=details
    )
    event.save()
    logger.info(_line(event))


def _event(
    action: str,
    outcome: str,
    *,
    now: datetime,
    of: Member | Organization | None = None,
    factor: str,
    details: Mapping[str, str | int | bool],
) -> AuditEvent:
    return AuditEvent(
        occurred_at=now,
        action=action,
        outcome=outcome,
        organization_id=of.organization_id if of else "",
        member_id=of.member_id if isinstance(of, Member) else "",
        factor=factor,
        request_id=request_id.current(),
        details={name: value for name, value in details.items() if value != ""},
    )


@dataclass(slots=True)
class Attempt:
    """Who is concerned, to be filled in as it turns out."""

    organization: Organization | None = None
    member: Member | None = None


@contextmanager
def attempt(
    *, action: str, factor: str, now: datetime, email_address: str = ""
) -> Iterator[Attempt]:
    """This will record how the block ended: `success`, or the error type it was refused with, and
    its cause where that isn't plain from the type.

    Not for blocks that limits end: anybody can run into those all day, and each would be a row. So
    would be every made-up token: what concerns nobody we know is a line of log and no row.
    """
    details = {"email_address": masked(email_address)} if email_address else {}
    with refusals(action=action, factor=factor, now=now, **details) as concerned:
        yield concerned
    _record_attempt(concerned, action, "success", factor=factor, now=now, **details)


@contextmanager
def refusals(*, action: str, now: datetime, factor: str = "", **details: str) -> Iterator[Attempt]:
    """The same for a block that records by itself how it went well.

    What is refused to nobody in particular, such as a stranger who comes back with a provider's
    "no", fills no organization's record: after so many of a kind in an hour it is a line of log.
    """
    concerned = Attempt()
    try:
        yield concerned
    except ApiError as error:
        outcome, known = error.error_type, {**details, "cause": error.cause}
        count = _of_nobody(concerned, action, outcome, now=now)
        if count > MOST_OF_NOBODY or (concerned == Attempt() and not details):
            of = concerned.organization
            logger.info(
                _line(_event(action, outcome, of=of, now=now, factor=factor, details=known))
            )
        else:
            known |= {"further": "in the log"} if count == MOST_OF_NOBODY else {}
            _record_attempt(concerned, action, outcome, factor=factor, now=now, **known)
        raise


def _of_nobody(concerned: Attempt, action: str, outcome: str, *, now: datetime) -> int:
    """How often in the organization this hour; 0 where a member is concerned, or no place.

    A member's are counted as well, so that it takes as long whoever is concerned (QUALITY 24).
    """
    of = concerned.member or concerned.organization
    if of is None:
        return 0
    key = f"refusals:{action}:{outcome}:{of.organization_id}"
    count = limits.used(key, per=HOUR, now=now)
    return 0 if concerned.member is not None else count


def masked(email_address: str) -> str:
    """`a***@acme.example`: enough to follow a trail, too little to write to somebody."""
    local, _, domain = email_address.rpartition("@")
    return f"{local[:1]}***@{domain}"


def _record_attempt(
    concerned: Attempt, action: str, outcome: str, *, factor: str, now: datetime, **details: str
) -> None:
    record(
        action=action,
        outcome=outcome,
        member=concerned.member,
        organization=concerned.organization,
        factor=factor,
        now=now,
        **details,
    )


def _line(event: AuditEvent) -> str:
    facts: Mapping[str, object] = {
        "time": wire_time(event.occurred_at),
        "action": event.action,
        "outcome": event.outcome,
        "organization": event.organization_id,
        "member": event.member_id,
        "factor": event.factor,
        "request_id": event.request_id,
        **event.details,
    }
    return " ".join(f"{name}={_value(value)}" for name, value in facts.items() if value != "")


def _value(value: object) -> str:
    """As JSON whenever it isn't a bare word: a newline becomes \\n, so no line can be forged."""
    text = str(value)[:LONGEST_VALUE]
    bare = text.isascii() and not any(sign in ' ="\\' or not sign.isprintable() for sign in text)
    return text if bare else json.dumps(text)
