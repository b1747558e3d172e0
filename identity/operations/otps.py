"""Codes by e-mail: sent to an address, and proven (CONTRACT 2.4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from identity import delivery, requested
from identity.models import Member, Organization
from identity.operations import (
    allowances,
    audit,
    codes,
    guesses,
    letters,
    mailbox,
    organizations,
    places,
    provisioning,
)
from identity.operations.audit import Attempt
from identity.operations.mailbox import Held, Recognized
from identity.operations.one_time import uncreate, undone_unless_delivered
from identity.operations.sign_in import Finished, Terms
from identity.visitors import Visitor

FACTOR = "email_otp"


def send_discovery(
    *, email_address: str, minutes: int | None, visitor: Visitor, now: datetime
) -> None:
    """The same mail, work and answer for every address, known or not (QUALITY 24)."""
    minutes = codes.checked_minutes(minutes)
    purse = allowances.send_code(email_address=email_address, visitor=visitor, now=now)
    with audit.attempt(action="otp.send", factor=FACTOR, email_address=email_address, now=now):
        row, code = codes.issue(
            email_address=email_address, minutes=minutes, visitor=visitor, purse=purse, now=now
        )
        mail = letters.code(
            to=email_address,
            code=code,
            organization=None,
            minutes=minutes,
            by=requested.of(visitor, now=now),
        )
        with undone_unless_delivered(row.delete):
            delivery.send(mail, now=now)


def login_or_signup(
    *,
    organization_id: str,
    email_address: str,
    login_minutes: int | None,
    signup_minutes: int | None,
    visitor: Visitor,
    now: datetime,
) -> tuple[Member, bool]:
    """The member and whether this created it, as `pending`.

    An address that may not join is refused here, as the contract has it: who holds the project's
    secret can tell members from others, so pages for strangers should use discovery.
    """
    lifetimes = codes.checked_minutes(login_minutes), codes.checked_minutes(signup_minutes)
    purse = allowances.send_code(email_address=email_address, visitor=visitor, now=now)
    organization = organizations.get(organization_id)
    with audit.attempt(action="otp.send", factor=FACTOR, now=now) as attempt:
        attempt.organization = organization
        member, created = provisioning.find_or_create_pending(
            organization=organization, email_address=email_address, now=now
        )
        attempt.member = member
        minutes = lifetimes[0] if member.status == Member.Status.ACTIVE else lifetimes[1]
        ask = Ask(minutes, visitor, purse)
        _send(member, created=created, ask=ask, now=now)
    return member, created


def authenticate_discovery(
    *, email_address: str, code: str, visitor: Visitor, now: datetime
) -> Recognized:
    with _guessing(email_address, None, visitor=visitor, now=now) as (_, at_others):
        recognized = codes.redeem(
            email_address=email_address,
            organization=None,
            code=code,
            visitor=visitor,
            at_others=at_others,
            by=mailbox.discovery(factor_type=FACTOR, now=now),
            now=now,
        )
    places.remember(email_address=email_address, visitor=visitor, now=now)
    return recognized


def authenticate(
    *,
    organization_id: str,
    email_address: str,
    code: str,
    held: Held,
    terms: Terms,
    visitor: Visitor,
    now: datetime,
) -> Finished:
    organization = organizations.get(organization_id)
    with _guessing(email_address, organization, visitor=visitor, now=now) as (attempt, at_others):
        finished = codes.redeem(
            email_address=email_address,
            organization=organization,
            code=code,
            visitor=visitor,
            at_others=at_others,
            by=mailbox.entering(factor_type=FACTOR, held=held, terms=terms, now=now),
            now=now,
        )
        attempt.member = finished.member
    places.remember(email_address=email_address, visitor=visitor, now=now)
    return finished


@contextmanager
def _guessing(
    email_address: str, organization: Organization | None, *, visitor: Visitor, now: datetime
) -> Iterator[tuple[Attempt, bool]]:
    """The attempt, and whether codes that other browsers asked for may be tried.

    Where no code lives there is nothing to guess: it is counted nowhere, and is no row of the log,
    which anybody could fill with them.
    """
    aim = codes.aim(
        email_address=email_address, organization=organization, visitor=visitor, now=now
    )
    guess = guesses.at_code(
        email_address=email_address,
        visitor=visitor,
        at_own=aim.at_own,
        at_others=aim.at_others,
        now=now,
    )
    address = email_address if aim else ""
    with (
        guess as at_others,
        audit.attempt(
            action="otp.authenticate", factor=FACTOR, email_address=address, now=now
        ) as attempt,
    ):
        attempt.organization = organization if aim else None
        yield attempt, at_others


@dataclass(frozen=True, slots=True)
class Ask:
    """A code that was asked for: good for so long, by whom, out of which purse (allowances.py)."""

    minutes: int
    visitor: Visitor
    purse: str


def _send(member: Member, *, created: bool, ask: Ask, now: datetime) -> None:
    organization, address = member.organization, member.email_address
    row, code = codes.issue(
        email_address=address,
        organization=organization,
        member=member,
        minutes=ask.minutes,
        visitor=ask.visitor,
        purse=ask.purse,
        now=now,
    )
    by = requested.of(ask.visitor, now=now)
    mail = letters.code(
        to=address, code=code, organization=organization, minutes=ask.minutes, by=by
    )
    with undone_unless_delivered(lambda: uncreate(member) if created else row.delete()):
        delivery.send(mail, now=now)
