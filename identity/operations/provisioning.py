"""How an address becomes a member: found, invited, or let in by its domain (CONTRACT 2.3, 5.6)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from identity import addresses
from identity.errors import ApiError, bad_request, forbidden, member_not_found
from identity.factors import Factor, is_doubted
from identity.models import Member, Organization
from identity.operations import colleagues, discovered, members
from identity.provenance import Provenance, strongest
from identity.provider_addresses import not_verified


def find_or_create_pending(
    *, organization: Organization, email_address: str, now: datetime
) -> tuple[Member, bool]:
    """For login_or_signup: the address will be proven next, so settings alone decide."""
    member = members.with_email(organization=organization, email_address=email_address)
    if member:
        return member, False
    return create_pending(organization=organization, email_address=email_address, now=now)


def create_pending(
    *, organization: Organization, email_address: str, now: datetime
) -> tuple[Member, bool]:
    """The same where the caller has just seen that nobody has the address."""
    check_domain(organization=organization, email_address=email_address)
    return _create_pending(organization=organization, email_address=email_address, now=now)


def join(
    *,
    organization: Organization,
    email_address: str,
    factors: tuple[Factor, ...] = (),
    now: datetime,
) -> Member:
    """The member to sign in; `activate` follows when nothing is missing.

    Who isn't one yet is let in by the workspace `factors` come from, or by e-mail domain (5.6).
    """
    member = members.with_email(organization=organization, email_address=email_address)
    if member:
        return member
    if not discovered.trusted_tenant(organization, factors):
        _check_joining(organization, email_address=email_address, factors=factors)
    member, _created = _create_pending(
        organization=organization, email_address=email_address, now=now
    )
    return member


def may_join_by_domain(*, organization: Organization, email_address: str) -> bool:
    """Membership type `eligible_to_join_by_email_domain` (CONTRACT 2.2)."""
    refusal = _refusal(organization=organization, email_address=email_address)
    return refusal is None and colleagues.have_proven(organization, email_address)


def check_domain(*, organization: Organization, email_address: str) -> None:
    refusal = _refusal(organization=organization, email_address=email_address)
    if refusal:
        raise refusal


def let_in(*, organization: Organization, email_address: str, now: datetime) -> Member:
    """The member, made `pending` if need be; whoever calls this has asked who may join."""
    member = members.with_email(organization=organization, email_address=email_address)
    if member is None:
        member, _ = _create_pending(organization=organization, email_address=email_address, now=now)
    return member


def activate(*, member: Member, proven_by: Provenance, now: datetime) -> None:
    """A pending or invited person who has signed in is a member; a proven address stays proven.

    `proven_by` as strong as what is known already, or stronger, is what is known from now on.

    Within the transaction that starts the session: who is deleted meanwhile stays deleted.
    """
    with transaction.atomic():
        held = Member.objects.select_for_update().filter(pk=member.pk).first()
        if held is None or held.status == Member.Status.DELETED:
            raise member_not_found()
        known = Provenance(held.email_provenance)
        proven = proven_by != Provenance.NOBODY
        fields = {
            "status": Member.Status.ACTIVE,
            "email_address_verified": held.email_address_verified or proven,
            "email_provenance": strongest((known, proven_by)).value,
        }
        if any(getattr(held, name) != value for name, value in fields.items()):
            fields["updated_at"] = now
        for name, value in fields.items():
            setattr(member, name, value)
        if "updated_at" in fields:
            member.save(update_fields=list(fields))


def invite(
    *, organization: Organization, email_address: str, fields: dict[str, Any], now: datetime
) -> Member:
    """A new or pending person becomes `invited`; inviting again refreshes what `fields` say.

    `fields`: name, trusted_metadata, untrusted_metadata, roles, invited_by (a Member).
    """
    _check_invites(organization=organization, email_address=email_address)
    given = {**fields, "email_address": email_address}
    with transaction.atomic():
        member = members.with_email(organization=organization, email_address=email_address)
        if member is None:
            invited = {**given, "status": Member.Status.INVITED}
            return members.create(organization=organization, fields=invited, now=now)
        if member.status == Member.Status.ACTIVE:
            raise members.duplicate_email()
        member.status = Member.Status.INVITED
        member.invited_by = fields.get("invited_by")
        member.save(update_fields=["status", "invited_by"])
        changes = {key: value for key, value in fields.items() if key != "invited_by"}
        return members.update(member=member, changes=changes, now=now)


def _create_pending(
    *, organization: Organization, email_address: str, now: datetime
) -> tuple[Member, bool]:
    """Of two at the same moment one creates and the other finds."""
    member = Member(
        organization=organization,
        email_address=email_address,
        status=Member.Status.PENDING,
        created_at=now,
        updated_at=now,
    )
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError:
        found = members.with_email(organization=organization, email_address=email_address)
        if found is None:
            raise
        return found, False
    return member, True


def _check_joining(
    organization: Organization, *, email_address: str, factors: tuple[Factor, ...]
) -> None:
    if is_doubted(factors):
        raise not_verified()  # nothing is written for an address that nobody has proven
    by_domain = _refusal(organization=organization, email_address=email_address)
    wants_tenants = organization.oauth_tenant_jit_provisioning == "RESTRICTED"
    if by_domain and wants_tenants and any(discovered.tenants_of(factors)):
        raise _wrong_tenant()
    if by_domain:
        raise by_domain
    if not colleagues.have_proven(organization, email_address):
        raise _not_allowed()


def _refusal(*, organization: Organization, email_address: str) -> ApiError | None:
    if organization.email_jit_provisioning != "RESTRICTED":
        return _not_allowed()
    domain = addresses.domain_of(email_address)
    if domain not in organization.email_allowed_domains or addresses.is_common(domain):
        return forbidden(
            "invalid_email_for_jit_provisioning",
            "The email's domain is not allowed to join this organization.",
        )
    return None


def _wrong_tenant() -> ApiError:
    return forbidden(
        "invalid_oauth_tenant_for_jit_provisioning",
        "People of this workspace are not allowed to join the organization.",
    )


def _not_allowed() -> ApiError:
    return forbidden(
        "email_jit_provisioning_not_allowed",
        "The organization does not allow joining by email domain.",
    )


def _check_invites(*, organization: Organization, email_address: str) -> None:
    if organization.email_invites == "NOT_ALLOWED":
        raise bad_request("email_invites_not_allowed", "The organization does not allow invites.")
    allowed = organization.email_allowed_domains
    restricted = organization.email_invites == "RESTRICTED"
    if restricted and addresses.domain_of(email_address) not in allowed:
        raise bad_request(
            "invalid_email_for_invites", "The email's domain can't be invited to this organization."
        )
