"""Organizations: made, found, changed and removed, always with rules that hold together."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from identity import identifiers
from identity.errors import ApiError, bad_request, organization_not_found
from identity.models import Member, Organization, OrganizationName
from identity.models.organization_name import KEPT
from identity.operations import audit, organization_rules, slugs
from outbound.mail_domains import organization_name_for

KIND = "organization"
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
    """By id, slug or external id (CONTRACT 1.2): for backends, the one place that tells which.

    What looks like an id is only ever an id. Names have no order of precedence, as no two
    organizations share one (OrganizationName); their case doesn't matter.
    Raises organization_not_found 404.
    """
    if identifiers.is_id(identifier, KIND):
        return get_by_id(identifier)
    return _only(Q(names__folded=identifiers.folded(identifier), names__released_at=None))


def get_by_id(organization_id: str) -> Organization:
    """For strangers, who give ids and slugs apart; what they aren't told they can't try out."""
    return _only(Q(pk=organization_id.lower()))


def get_by_slug(slug: str) -> Organization:
    """For strangers: external ids are between a backend and this service, and find nothing."""
    named = Q(names__folded=identifiers.folded(slug), names__released_at=None)
    return _only(named & Q(names__is_slug=True))


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
    name = organization_name_for(email_address)
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
    """Its members and their sessions go with it; its names are kept from others for a while.

    Not in development, where tests of apps delete and make the same organization all day.
    """
    organization_id = organization.organization_id
    with transaction.atomic():
        audit.record(
            action="organization.delete", outcome="success", organization=organization, now=now
        )
        if not settings.DEBUG:
            organization.names.filter(released_at=None).update(released_at=now)
            organization.names.update(organization=None)
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
    free = OrganizationName.is_free(organization.updated_at)
    others = OrganizationName.objects.exclude(organization=organization.pk).exclude(free)
    for kind in ("organization_slug", "organization_external_id"):
        name = getattr(organization, kind)
        if name and others.filter(folded=identifiers.folded(name)).exists():
            words = kind.replace("_", " ")
            return bad_request(
                f"{kind}_already_used",
                f"The {words} is in use as a slug or an external id, in any case of letters, or was"
                f" given up by another organization within {KEPT.days} days.",
            )
    return None


def _only(condition: Q) -> Organization:
    found = Organization.objects.filter(condition).first()
    if found is None:
        raise organization_not_found()
    return found
