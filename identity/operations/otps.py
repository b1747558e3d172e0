"""Codes by e-mail: sent to an address, and proven (CONTRACT 2.4)."""

from datetime import datetime

from identity import delivery
from identity.models import Member
from identity.operations import (
    allowances,
    audit,
    codes,
    letters,
    mailbox,
    organizations,
    provisioning,
)
from identity.operations.mailbox import Held, Recognized
from identity.operations.one_time import uncreate, undone_unless_delivered
from identity.operations.sign_in import Finished, Terms

FACTOR = "email_otp"


def send_discovery(*, email_address: str, minutes: int | None, client: str, now: datetime) -> None:
    """The same mail, work and answer for every address, known or not (QUALITY 24)."""
    minutes = codes.checked_minutes(minutes)
    allowances.send(email_address=email_address, client=client, now=now)
    with audit.attempt(action="otp.send", factor=FACTOR, email_address=email_address, now=now):
        row, code = codes.issue(email_address=email_address, minutes=minutes, now=now)
        mail = letters.code(
            to=email_address, code=code, organization=None, minutes=minutes, by=client
        )
        with undone_unless_delivered(row.delete):
            delivery.send(mail, now=now)


def login_or_signup(
    *,
    organization_id: str,
    email_address: str,
    login_minutes: int | None,
    signup_minutes: int | None,
    client: str,
    now: datetime,
) -> tuple[Member, bool]:
    """The member and whether this created it, as `pending`.

    An address that may not join is refused here, as the contract has it: who holds the project's
    secret can tell members from others, so pages for strangers should use discovery.
    """
    lifetimes = codes.checked_minutes(login_minutes), codes.checked_minutes(signup_minutes)
    allowances.send(email_address=email_address, client=client, now=now)
    organization = organizations.get(organization_id)
    with audit.attempt(action="otp.send", factor=FACTOR, now=now) as attempt:
        attempt.organization = organization
        member, created = provisioning.find_or_create_pending(
            organization=organization, email_address=email_address, now=now
        )
        attempt.member = member
        minutes = lifetimes[0] if member.status == Member.Status.ACTIVE else lifetimes[1]
        _send(member, created=created, minutes=minutes, client=client, now=now)
    return member, created


def authenticate_discovery(
    *, email_address: str, code: str, client: str, now: datetime
) -> Recognized:
    with (
        allowances.guess(email_address=email_address, client=client, now=now),
        audit.attempt(
            action="otp.authenticate", factor=FACTOR, email_address=email_address, now=now
        ),
    ):
        return codes.redeem(
            email_address=email_address,
            organization=None,
            code=code,
            by=mailbox.discovery(factor_type=FACTOR, now=now),
            now=now,
        )


def authenticate(
    *,
    organization_id: str,
    email_address: str,
    code: str,
    held: Held,
    terms: Terms,
    client: str,
    now: datetime,
) -> Finished:
    organization = organizations.get(organization_id)
    with (
        allowances.guess(email_address=email_address, client=client, now=now),
        audit.attempt(
            action="otp.authenticate", factor=FACTOR, email_address=email_address, now=now
        ) as attempt,
    ):
        attempt.organization = organization
        entering = mailbox.entering(factor_type=FACTOR, held=held, terms=terms, now=now)
        finished = codes.redeem(
            email_address=email_address, organization=organization, code=code, by=entering, now=now
        )
        attempt.member = finished.member
    return finished


def _send(member: Member, *, created: bool, minutes: int, client: str, now: datetime) -> None:
    organization, address = member.organization, member.email_address
    row, code = codes.issue(
        email_address=address, organization=organization, member=member, minutes=minutes, now=now
    )
    mail = letters.code(
        to=address, code=code, organization=organization, minutes=minutes, by=client
    )
    with undone_unless_delivered(lambda: uncreate(member) if created else row.delete()):
        delivery.send(mail, now=now)
