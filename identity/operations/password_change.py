"""A new password: kept, whoever was signed in with the old one signed out, and a sign-in with it.

Every step and every session of the member ends, but for the one that this call makes, or renews
with a new token: in each of the three ways to a new password somebody else may have had the old.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from identity.errors import unauthorized
from identity.factors import password_factor
from identity.models import IntermediateSession, MagicLink, Member, MemberSession
from identity.operations import audit, kept_passwords, members, presented
from identity.operations.presented import ALiveSession, Presented
from identity.operations.sign_in import Finished, Terms, sign_in
from identity.operations.standing import current_factors
from identity.provenance import Provenance, strongest
from identity.tokens import hash_token

FACTOR = "password"


@dataclass(frozen=True, slots=True)
class New:
    """`was` is the hash that the caller knew the password of, None if that was not asked.

    `link` is the mailed one by which it is set: it proves the address at this moment (5.4).
    """

    hashed: str
    was: str | None = None
    link: MagicLink | None = None


def change(
    new: New,
    *,
    member: Member,
    by: Presented,
    keeping: MemberSession | None = None,
    terms: Terms,
    now: datetime,
) -> Finished:
    """This will end in a session, or in what is still missing; `keeping` stays alive even then."""
    with transaction.atomic():
        held = members.locked(member)
        check_same(held, was=new.was)
        provenance = _provenance(new, member=held, by=by)
        kept_passwords.keep(held, hashed=new.hashed, provenance=provenance, now=now)
        finished = enter(held, by=by, link=new.link, terms=terms, now=now)
        _forget_links(held, but=new.link)
        ended = _end_others(finished, keeping=keeping, now=now)
        audit.record(
            action="member.set_password",
            outcome="success",
            member=held,
            factor=FACTOR,
            sessions=ended,
            now=now,
        )
    return finished


def enter(
    member: Member, *, by: Presented, link: MagicLink | None = None, terms: Terms, now: datetime
) -> Finished:
    """`link` proves the address that it was mailed to; the password is of the member's own."""
    factor = password_factor(
        email_id=member.email_id,
        email_address=link.email_address if link else member.email_address,
        now=now,
        email_verifying=link is not None,
        provenance=kept_passwords.provenance_of(member),
    )
    return sign_in(
        member=member,
        factors=(factor,),
        presented=by,
        joining=member.status != Member.Status.ACTIVE,
        terms=terms,
        now=now,
    )


def check_same(member: Member, *, was: str | None) -> None:
    """Changed since it was found right: then it was the old one."""
    if was is not None and kept_passwords.of(member) != was:
        raise unauthorized("unauthorized_credentials", "The address or the password is wrong.")


def session_of(by: Presented) -> MemberSession | None:
    return by.session if isinstance(by, ALiveSession) else None


def _provenance(new: New, *, member: Member, by: Presented) -> Provenance:
    """What was known of the address by the proof that allowed the change, and no more."""
    if new.link is not None:
        return Provenance.MAILBOX
    if new.was is not None:
        return kept_passwords.provenance_of(member)
    session = session_of(by)
    factors = current_factors(member, session.factors) if session else ()
    return strongest(each.provenance for each in factors)


def _forget_links(member: Member, *, but: MagicLink | None) -> None:
    """Other mails that would set a password; the one at hand is used up by its own."""
    links = MagicLink.objects.filter(
        member=member, purpose=MagicLink.Purpose.RESET, consumed_at=None
    )
    links.exclude(pk__in=[but.pk] if but else []).delete()


def _end_others(finished: Finished, *, keeping: MemberSession | None, now: datetime) -> int:
    kept = [session.pk for session in (finished.session, keeping) if session]
    steps = IntermediateSession.objects.filter(member=finished.member, consumed_at=None)
    steps.exclude(token_hash=hash_token(finished.intermediate_session_token)).delete()
    alive = presented.alive(now=now).filter(member=finished.member)
    return alive.exclude(pk__in=kept).update(revoked_at=now)
