"""Organizations: made, found, changed and removed, always with rules that hold together."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from identity.errors import ApiError, bad_request, organization_not_found
from identity.models import Member, Organization
from identity.operations import audit, organization_rules, slugs

# Who says anything about how people get in decides about invites as well (CONTRACT 2.9).
NOT_AUTH_SETTINGS = frozenset(
    {
        "organization_name",
        "organization_slug",
        "organization_logo_url",
        "organization_external_id",
        "trusted_metadata",
    }
)


def get(identifier: str) -> Organization:
    """By id, slug or external id, in this order (CONTRACT 1.2)."""
    candidates = Organization.objects.filter(
        Q(organization_id=identifier)
        | Q(organization_slug=identifier)
        | Q(organization_external_id=identifier)
    )
    found = sorted(
        candidates,
        key=lambda each: (
            each.organization_id != identifier,
            each.organization_slug != identifier,
        ),
    )
    if not found:
        raise organization_not_found()
    return found[0]


def create(*, fields: dict[str, Any], now: datetime) -> Organization:
    """`fields` as in POST organizations; without a slug one is made from the name."""
    organization = Organization(created_at=now, updated_at=now)
    given = {"organization_slug": slugs.free_slug(fields["organization_name"]), **fields}
    if set(fields) - NOT_AUTH_SETTINGS:
        given = {"email_invites": "NOT_ALLOWED", **given}
    _apply(organization, given)
    with transaction.atomic():
        _save(organization, force_insert=True)
        audit.record(
            action="organization.create", outcome="success", organization=organization, now=now
        )
    return organization


def create_with_defaults(
    *, fields: dict[str, Any], email_address: str, now: datetime
) -> Organization:
    """As `create`; an absent name comes from the founder's address (CONTRACT 2.2)."""
    name = slugs.name_for(email_address)
    return create(fields={"organization_name": name, **fields}, now=now)


def update(*, organization: Organization, changes: dict[str, Any], now: datetime) -> Organization:
    """Only what `changes` names; existing sessions survive (CONTRACT 2.9)."""
    with transaction.atomic():
        held = Organization.objects.select_for_update().get(pk=organization.pk)
        _apply(held, {**changes, "updated_at": now})
        _save(held)
        audit.record(
            action="organization.update",
            outcome="success",
            organization=held,
            now=now,
            fields=" ".join(sorted(changes)),
        )
    return held


def delete(*, organization: Organization, now: datetime) -> str:
    """Its members and their sessions go with it."""
    organization_id = organization.organization_id
    with transaction.atomic():
        audit.record(
            action="organization.delete", outcome="success", organization=organization, now=now
        )
        organization.delete()
    return organization_id


def delete_external_id(*, organization: Organization, now: datetime) -> Organization:
    with transaction.atomic():
        held = Organization.objects.select_for_update().get(pk=organization.pk)
        held.organization_external_id = None
        held.updated_at = now
        held.save(update_fields=["organization_external_id", "updated_at"])
    return held


def member_count(organization: Organization) -> int:
    return organization.members.exclude(status=Member.Status.DELETED).count()


def _apply(organization: Organization, fields: dict[str, Any]) -> None:
    for name, value in organization_rules.normalized(organization, fields).items():
        setattr(organization, name, value)
    organization_rules.check(organization)


def _save(organization: Organization, *, force_insert: bool = False) -> None:
    """Somebody else may have taken the slug in this very moment."""
    try:
        with transaction.atomic():
            organization.save(force_insert=force_insert)
    except IntegrityError as error:
        raise _taken(organization) or error from error


def _taken(organization: Organization) -> ApiError | None:
    others = Organization.objects.exclude(pk=organization.pk)
    if others.filter(organization_slug=organization.organization_slug).exists():
        return bad_request(
            "organization_slug_already_used", "The organization slug is already in use."
        )
    external_id = organization.organization_external_id
    if external_id and others.filter(organization_external_id=external_id).exists():
        return bad_request(
            "organization_external_id_already_used",
            "The organization external id is already in use.",
        )
    return None
