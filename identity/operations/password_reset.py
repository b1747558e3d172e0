"""A password set through a mailed link, for the first time or anew (CONTRACT 2.6, 8.1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from identity import password_hash
from identity.errors import ApiError, member_not_found
from identity.models import MagicLink, Member, Organization
from identity.operations import (
    allowances,
    audit,
    finished as endings,
    kept_passwords,
    link_mail,
    links,
    locks,
    members,
    notices,
    organizations,
    password_door,
    places,
    provisioning,
    reset_mail,
    strength,
)
from identity.operations.link_mail import Draft, Purpose, Way
from identity.operations.mailbox import Held
from identity.operations.one_time import Use
from identity.operations.password_change import FACTOR, New, change, check_same
from identity.operations.sign_in import Finished, Terms
from identity.operations.standing import check_may_use, may_use
from identity.visitors import Visitor

RESETS = frozenset({Purpose.RESET})


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the two links are to lead; `challenge` is PKCE's or "", `visitor` who asks."""

    reset: Way
    login: Way
    challenge: str
    visitor: Visitor

    def draft(self, purpose: Purpose) -> Draft:
        way = self.reset if purpose == Purpose.RESET else self.login
        return link_mail.draft(way, purpose=purpose, visitor=self.visitor, challenge=self.challenge)

    def drafts(self, *, organization: Organization, known: Member | None) -> tuple[Draft, ...]:
        links_count = may_use("magic_link", organization=organization, member=known)
        purposes = (Purpose.RESET, *((_login_purpose(known),) if links_count else ()))
        return tuple(map(self.draft, purposes))


def start(
    *,
    organization_id: str,
    email_address: str,
    wish: Wish,
    for_stranger: bool = False,
    now: datetime,
) -> Member | None:
    """This will mail a link to set a password, and one that signs in where that is allowed.

    Who is no member is made `pending` or refused, as in login_or_signup. CHOICE, `for_stranger`:
    they are mailed a link of discovery (None), so that nothing is written before a proof.
    """
    allowances.check_send(email_address=email_address, visitor=wish.visitor, now=now)
    organization = organizations.get(organization_id)
    with audit.attempt(action="password.reset_start", factor=FACTOR, now=now) as attempt:
        attempt.organization = organization
        known = members.with_email(organization=organization, email_address=email_address)
        drafts = wish.drafts(organization=organization, known=known)
        admitted = _admitted(
            organization, email_address, known=known, may_create=not for_stranger, now=now
        )
        if isinstance(admitted, ApiError):
            if not for_stranger:
                raise admitted
            drafts, admitted = (wish.draft(Purpose.DISCOVERY),) * len(drafts), (None, False)
        attempt.member, created = admitted
        allowances.send(email_address=email_address, visitor=wish.visitor, now=now)
        reset_mail.post(drafts, to=email_address, member=attempt.member, created=created, now=now)
    return attempt.member


def reset(
    *,
    token: str,
    password: str,
    verifier: str,
    held: Held,
    terms: Terms,
    visitor: Visitor,
    now: datetime,
) -> Finished:
    """Raises weak_password and breached_password 400, which leave the link good;
    unable_to_auth_password_reset_token 401 for links unknown, used and expired alike (INFERRED).
    """
    with audit.attempt(action="password.reset_by_email", factor=FACTOR, now=now) as attempt:
        link = links.find(token, purposes=RESETS, now=now)
        attempt.member = link.member if link else None
        hashed = _prepared(link, password=password)
        by = _setting(hashed, password=password, held=held, terms=terms, now=now)
        with transaction.atomic():
            _hold_member(link)
            finished, is_new = links.redeem(
                purposes=RESETS, token=token, verifier=verifier, visitor=visitor, by=by, now=now
            )
        attempt.member = finished.member
    if is_new:
        _settle(finished, visitor=visitor, now=now)
    return finished


def _settle(finished: Finished, *, visitor: Visitor, now: datetime) -> None:
    member = finished.member
    places.remember(email_address=member.email_address, visitor=visitor, now=now)
    if finished.session is not None:
        # Everything is proven, and nothing of it by guessing.
        password_door.lift(member, visitor=visitor, now=now)
    notices.tell(member, notices.PASSWORD_SET, now=now)


def _admitted(
    organization: Organization,
    email_address: str,
    *,
    known: Member | None,
    may_create: bool,
    now: datetime,
) -> tuple[Member | None, bool] | ApiError:
    """The member and whether this created it, or why the address may have no password here."""
    try:
        check_may_use(FACTOR, organization=organization, member=known)
        if known:
            return known, False
        if not may_create:
            return member_not_found()
        return provisioning.create_pending(
            organization=organization, email_address=email_address, now=now
        )
    except ApiError as refusal:
        return refusal


def _login_purpose(member: Member | None) -> Purpose:
    active = member is not None and member.status == Member.Status.ACTIVE
    return Purpose.LOGIN if active else Purpose.SIGNUP


def _prepared(link: MagicLink | None, *, password: str) -> str:
    """Judged and hashed before the transaction, which nobody should wait for; "" if for nothing."""
    if link is None or link.member is None:
        return ""
    strength.check(password, member=link.member)
    return password_hash.made(password)


def _hold_member(link: MagicLink | None) -> None:
    """Before the link itself: two links of one member, used at once, would wait for each other."""
    if link is not None:
        _ = Member.objects.select_for_update().filter(pk=link.member_id).first()


def _setting(
    hashed: str, *, password: str, held: Held, terms: Terms, now: datetime
) -> Use[MagicLink, tuple[Finished, bool]]:
    """The answer, and whether the password was set just now."""

    def first(row: MagicLink) -> tuple[tuple[Finished, bool], str]:
        member = Member.objects.select_related("organization").get(pk=row.member_id)
        new = New(hashed, link=row)
        by = held.resolve(now=now)
        finished = change(new, member=member, by=by, terms=terms, now=now)
        if finished.session is not None:
            # Everything is proven, and nothing of it by guessing.
            locks.lift(member)
        return (finished, True), finished.session_token or finished.intermediate_session_token

    def again(token: str) -> tuple[Finished, bool]:
        finished = endings.resume(answer=token, now=now)
        kept = kept_passwords.of(finished.member)
        # The same link with another password is a second use, however soon it comes.
        was = kept if password_hash.is_right(password, hashed=kept) else ""
        check_same(finished.member, was=was)
        return finished, False

    return Use(first, again)
