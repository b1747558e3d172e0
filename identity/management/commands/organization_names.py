"""`manage.py organization_names`: names that organizations can't share any more, and the remedy."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from identity import identifiers, name_clashes
from identity.models import Organization, OrganizationName
from identity.name_clashes import SLUG, Clash, Row
from identity.operations import audit, slugs


class Command(BaseCommand):
    help = "List organizations whose slug or external id is another's or looks like an id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        wish = "give each of those slugs a new one; external ids are never changed"
        parser.add_argument("--rename", action="store_true", help=wish)
        wish = "free a name that an organization gave up, which is kept from others for 90 days"
        parser.add_argument("--release", metavar="NAME", help=wish)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["release"]:
            self.stdout.write(release(options["release"]))
            return
        found = clashes()
        for clash in found:
            self.stdout.write(f"{clash}.")
            if options["rename"] and clash.field == SLUG:
                self.stdout.write(f"  Its slug is now {rename(clash, now=timezone.now())}.")
        left = clashes() if options["rename"] else found
        if left:
            raise CommandError(remedy(left))
        self.stdout.write("Every slug and every external id is one organization's alone.")


def release(name: str) -> str:
    row = OrganizationName.objects.filter(folded=identifiers.folded(name)).first()
    if row is None:
        raise CommandError(f"{name!r} is nobody's name.")
    if row.released_at is None:
        raise CommandError(f"{name!r} is in use by {row.organization_id}.")
    folded = row.folded
    row.delete()
    return f"{folded} is free."


def clashes() -> list[Clash]:
    rows = Organization.objects.values_list(*name_clashes.FIELDS)
    return name_clashes.find(Row(*row) for row in rows)


def rename(clash: Clash, *, now: datetime) -> str:
    """By columns that were there before the migration."""
    slug = slugs.with_end("" if clash.owner is None else clash.name[: slugs.LONGEST - slugs.SUFFIX])
    with transaction.atomic():
        renamed = Organization(organization_id=clash.row.organization_id)
        Organization.objects.filter(pk=renamed.pk).update(organization_slug=slug, updated_at=now)
        audit.record(
            action="organization.update",
            outcome="success",
            organization=renamed,
            now=now,
            fields=SLUG,
        )
    return slug


def remedy(left: list[Clash]) -> str:
    return (
        f"{len(left)} names to change. `manage.py organization_names --rename` gives slugs a"
        " random end; external ids, and slugs you would rather choose, are changed by"
        " PUT /v1/b2b/organizations/<organization_id> of the version that is running."
    )
