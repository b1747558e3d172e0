"""Links by e-mail: sent to an address, and proven (CONTRACT 2.3).

Only a POST to the API uses a link up; what a mail scanner fetches is a page of the app.
"""

from datetime import datetime

from identity.models import Member
from identity.operations import (
    allowances,
    audit,
    link_mail,
    links,
    mailbox,
    members,
    organizations,
    places,
    provisioning,
)
from identity.operations.link_mail import Purpose, Way
from identity.operations.mailbox import Held, Recognized
from identity.operations.one_time import uncreate, undone_unless_delivered
from identity.operations.sign_in import Finished, Terms
from identity.visitors import Visitor

FACTOR = "magic_link"


def send_discovery(
    *, email_address: str, way: Way, challenge: str, visitor: Visitor, now: datetime
) -> None:
    """The same mail, work and answer for every address, known or not (QUALITY 24)."""
    draft = link_mail.draft(way, purpose=Purpose.DISCOVERY, visitor=visitor, challenge=challenge)
    allowances.send(email_address=email_address, visitor=visitor, now=now)
    with audit.attempt(action="link.send", factor=FACTOR, email_address=email_address, now=now):
        link_mail.post(draft, email_address=email_address, now=now)


def login_or_signup(
    *,
    organization_id: str,
    email_address: str,
    login: Way,
    signup: Way,
    challenge: str,
    visitor: Visitor,
    now: datetime,
) -> tuple[Member, bool]:
    """As otps.login_or_signup; of the two ways only the one that is taken is looked at."""
    allowances.send(email_address=email_address, visitor=visitor, now=now)
    organization = organizations.get(organization_id)
    with audit.attempt(action="link.send", factor=FACTOR, now=now) as attempt:
        attempt.organization = organization
        known = members.with_email(organization=organization, email_address=email_address)
        active = known is not None and known.status == Member.Status.ACTIVE
        purpose, way = (Purpose.LOGIN, login) if active else (Purpose.SIGNUP, signup)
        draft = link_mail.draft(way, purpose=purpose, visitor=visitor, challenge=challenge)
        member, created = provisioning.find_or_create_pending(
            organization=organization, email_address=email_address, now=now
        )
        attempt.member = member
        with undone_unless_delivered(lambda: uncreate(member) if created else None):
            link_mail.post(draft, email_address=email_address, member=member, now=now)
    return member, created


def authenticate_discovery(
    *, token: str, verifier: str, visitor: Visitor, now: datetime
) -> Recognized:
    with audit.attempt(action="link.authenticate", factor=FACTOR, now=now):
        recognized = links.redeem(
            purposes={Purpose.DISCOVERY},
            token=token,
            verifier=verifier,
            visitor=visitor,
            by=mailbox.discovery(factor_type=FACTOR, now=now),
            now=now,
        )
    places.remember(email_address=recognized.email_address, visitor=visitor, now=now)
    return recognized


def authenticate(
    *, token: str, verifier: str, held: Held, terms: Terms, visitor: Visitor, now: datetime
) -> Finished:
    with audit.attempt(action="link.authenticate", factor=FACTOR, now=now) as attempt:
        finished = links.redeem(
            purposes=links.IN_ORGANIZATION,
            token=token,
            verifier=verifier,
            visitor=visitor,
            by=mailbox.entering(factor_type=FACTOR, held=held, terms=terms, now=now),
            now=now,
        )
        attempt.member = finished.member
    places.remember(email_address=finished.member.email_address, visitor=visitor, now=now)
    return finished
