"""Members of one organization: made, found, changed, removed and brought back."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from identity import addresses, identifiers
from identity.errors import ApiError, bad_request, member_not_found
from identity.models import (
    EmailCode,
    IntermediateSession,
    MagicLink,
    Member,
    Organization,
    SmsCode,
)
from identity.models.member import new_email_id
from identity.operations import audit, kept_passwords, member_rules, registrations
from identity.provenance import Provenance

Status = Member.Status


def get(*, organization: Organization, identifier: str) -> Member:
    """As `find`; raises member_not_found 404."""
    return _there(find(organization=organization, identifier=identifier))


def find(*, organization: Organization, identifier: str) -> Member | None:
    """Who isn't deleted, by id or external id (CONTRACT 1.2); what looks like an id is only that.

    External ids are compared as written: backends alone choose them, and some tell "a" from "A".
    """
    named = Q(external_id=identifier)
    if identifiers.is_id(identifier, "member"):
        named = Q(member_id=identifier.lower())
    return _living(organization).filter(named).first()


def get_anywhere(*, identifier: str, include_deleted: bool = False) -> Member:
    """Without any organization's scope: `dangerously_get`."""
    members = Member.objects.select_related("organization")
    kept = members if include_deleted else members.exclude(status=Status.DELETED)
    return _there(kept.filter(member_id=identifier.lower()).first())


def with_email(*, organization: Organization, email_address: str) -> Member | None:
    """The one member who isn't deleted with this (normalized) address."""
    return _living(organization).filter(email_address=email_address).first()


def get_by_email(*, organization: Organization, email_address: str) -> Member:
    """`email_address` in any spelling; what is no address is nobody's."""
    try:
        address = addresses.normalized(email_address)
    except ValueError as error:
        raise member_not_found() from error
    return _there(with_email(organization=organization, email_address=address))


def with_password(*, organization: Organization, password_id: str) -> Member | None:
    having = _living(organization).exclude(member_password_id="")
    return having.filter(member_password_id=password_id).first()


def locked(member: Member) -> Member:
    """Read again inside the transaction: what the caller holds may be old."""
    members = Member.objects.select_related("organization").select_for_update(of=("self",))
    held = members.filter(pk=member.pk).exclude(status=Status.DELETED).first()
    if held is None:
        raise member_not_found()
    return held


def create(*, organization: Organization, fields: dict[str, Any], now: datetime) -> Member:
    """`fields` as in POST members, with `status` in place of `create_member_as_pending`."""
    member = Member(organization=organization, created_at=now, updated_at=now)
    member.email_address = fields["email_address"]
    with transaction.atomic():
        _apply(member, fields)
        member_rules.check_not_retired(member)
        _save(member, force_insert=True)
        audit.record(action="member.create", outcome=member.status, member=member, now=now)
    return member


def update(*, member: Member, changes: dict[str, Any], now: datetime) -> Member:
    """Only what `changes` names (CONTRACT 2.9); a new address has to be proven again."""
    with transaction.atomic():
        held = locked(member)
        unlink = changes.get("unlink_email", False)
        address = changes.get("email_address", held.email_address)
        if address != held.email_address:
            _change_address(held, address=address, unlink=unlink)
        _apply(held, {**changes, "updated_at": now})
        _save(held)
        fields = " ".join(sorted(changes))
        audit.record(action="member.update", outcome="success", member=held, now=now, fields=fields)
    return held


def delete(*, member: Member, now: datetime) -> None:
    """Soft: invites and codes die, sessions end, the id stays known (CONTRACT 2.9)."""
    with transaction.atomic():
        held = locked(member)
        held.status = Status.DELETED
        held.save(update_fields=["status"])
        end_sessions(member=held, now=now)
        _forget_mail(held)
        registrations.forget_all(held, now=now)
        SmsCode.objects.filter(member=held, consumed_at=None).delete()
        audit.record(action="member.delete", outcome="success", member=held, now=now)


def reactivate(*, organization: Organization, member_id: str, now: datetime) -> Member:
    """A deleted member with a proven address is active again, with no session."""
    with transaction.atomic():
        deleted = organization.members.filter(member_id=member_id, status=Status.DELETED)
        member = deleted.select_related("organization").select_for_update(of=("self",)).first()
        if member is None:
            raise bad_request(
                "no_deleted_member_found_for_reactivation", "No deleted member was found."
            )
        if not member.email_address_verified:
            raise bad_request("email_verification_required", "The member's email is not verified.")
        member.status = Status.ACTIVE
        member.updated_at = now
        _save(member)
        audit.record(action="member.reactivate", outcome="success", member=member, now=now)
    return member


def end_sessions(*, member: Member, now: datetime) -> None:
    """Every session and every step of this member that isn't finished (QUALITY 42)."""
    member.sessions.filter(revoked_at=None, expires_at__gt=now).update(revoked_at=now)
    IntermediateSession.objects.filter(member=member).delete()


def duplicate_email() -> ApiError:
    return bad_request(
        "duplicate_member_email", "A member with this email already exists in the organization."
    )


def _living(organization: Organization) -> QuerySet[Member]:
    return organization.members.select_related("organization").exclude(status=Status.DELETED)


def _there(member: Member | None) -> Member:
    if member is None:
        raise member_not_found()
    return member


def _change_address(member: Member, *, address: str, unlink: bool) -> None:
    if not unlink and member_rules.retires(member):
        old = {"email_id": member.email_id, "email_address": member.email_address}
        member.retired_email_addresses = [*member.retired_email_addresses, old]
    member.email_address = address
    member.email_id = new_email_id()
    member.email_address_verified = False
    member.email_provenance = Provenance.NOBODY
    kept_passwords.forget(member)
    member_rules.check_not_retired(member)
    _forget_mail(member)


def _forget_mail(member: Member) -> None:
    """What is on its way to the mailbox opens nothing any more."""
    EmailCode.objects.filter(member=member, consumed_at=None).delete()
    MagicLink.objects.filter(member=member, consumed_at=None).delete()


def _apply(member: Member, fields: dict[str, Any]) -> None:
    for name, value in member_rules.normalized(member, fields).items():
        setattr(member, name, value)
    member_rules.check(member)


def _save(member: Member, *, force_insert: bool = False) -> None:
    """Somebody else may have taken the address in this very moment."""
    try:
        with transaction.atomic():
            member.save(force_insert=force_insert)
    except IntegrityError as error:
        raise _taken(member) or error from error


def _taken(member: Member) -> ApiError | None:
    others = member.organization.members.exclude(pk=member.pk)
    living = others.exclude(status=Status.DELETED)
    if living.filter(email_address=member.email_address).exists():
        return duplicate_email()
    if member.external_id and living.filter(external_id=member.external_id).exists():
        return bad_request(
            "duplicate_member_external_id", "A member with this external id already exists."
        )
    return None
