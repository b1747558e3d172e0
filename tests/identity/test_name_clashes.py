"""Names from before they were held apart: the migration refuses them, the command mends them."""

from datetime import timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from identity.models import Organization, OrganizationName
from identity.operations import organizations
from tests.identity.people import NOW, organization

migration: Any = import_module("identity.migrations.0005_organization_names")


def before(age: int, name: str, slug: str, external_id: str | None = None) -> str:
    """A row as it could be; its names aren't written down anywhere else yet."""
    made = organization(name)
    Organization.objects.filter(pk=made.pk).update(
        organization_slug=slug,
        organization_external_id=external_id,
        created_at=NOW - timedelta(days=age),
    )
    OrganizationName.objects.all().delete()
    return made.pk


def refusal() -> str:
    with pytest.raises(CommandError) as refused:
        migration.look(apps, None)
    return str(refused.value)


def rename() -> str:
    said = StringIO()
    call_command("organization_names", rename=True, stdout=said)
    return said.getvalue()


def slug_of(organization_id: str) -> str:
    return Organization.objects.get(pk=organization_id).organization_slug


@pytest.mark.usefixtures("db")
def test_rows_that_hold_together_are_written_down() -> None:
    acme = before(2, "Acme", "Acme", "crm|1")
    both = before(1, "Globex", "globex", "GLOBEX")
    migration.look(apps, None)
    migration.fill(apps, None)
    found = {name: organizations.get(name).pk for name in ("acme", "CRM|1", "Globex")}
    assert found == {"acme": acme, "CRM|1": acme, "Globex": both}
    assert OrganizationName.objects.filter(is_slug=True).count() == 2
    assert "one organization's alone" in rename()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("slug", "external_id"), [("ACME", None), ("acme-2", "Acme"), ("CRM-1", None)]
)
def test_who_shares_a_name_is_listed_with_what_to_do(slug: str, external_id: str | None) -> None:
    acme = before(2, "Acme", "acme", "crm-1")
    evil = before(1, "Evil", slug, external_id)
    said = refusal()
    assert acme in said
    assert evil in said
    assert "organization_names --rename" in said


@pytest.mark.usefixtures("db")
def test_the_older_slug_stays_and_the_younger_gets_an_end() -> None:
    acme, evil = before(2, "Acme", "acme"), before(1, "Evil", "ACME")
    assert evil in rename()
    migration.look(apps, None)
    assert slug_of(acme) == "acme"
    assert slug_of(evil).startswith("ACME-")


@pytest.mark.usefixtures("db")
def test_an_external_id_stays_before_an_older_slug() -> None:
    """Only backends write external ids; a slug can be anybody's."""
    evil, acme = before(2, "Evil", "crm-1"), before(1, "Acme", "acme", "CRM-1")
    rename()
    migration.look(apps, None)
    assert slug_of(evil).startswith("crm-1-")
    assert organizations.get_by_id(acme).organization_external_id == "CRM-1"


@pytest.mark.usefixtures("db")
def test_a_slug_that_looks_like_an_id_is_nobodys() -> None:
    acme = before(2, "Acme", "acme")
    evil = before(1, "Evil", acme.upper())
    assert "looks like an id" in refusal()
    rename()
    migration.look(apps, None)
    assert slug_of(evil).startswith("organization-")
    assert not slug_of(evil).startswith("organization-test-")


@pytest.mark.usefixtures("db")
def test_external_ids_are_left_to_the_backend_that_wrote_them() -> None:
    before(2, "Acme", "acme", "crm-1")
    second = before(1, "Second", "second", "CRM-1")
    with pytest.raises(CommandError, match="PUT /v1/b2b/organizations"):
        call_command("organization_names", rename=True, stdout=StringIO())
    assert organizations.get_by_id(second).organization_external_id == "CRM-1"
