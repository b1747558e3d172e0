"""Slugs and external ids become one name space, after a look at those that there are."""

from typing import Any

import django.db.models.deletion
import django.db.models.functions.text
from django.core.management.base import CommandError
from django.db import migrations, models

from identity import name_clashes
from identity.name_clashes import Row

REFUSAL = """Organizations share names, or have names that look like ids:
{clashes}
From this version on a name finds one organization only. Nothing was changed. Look at them with
`manage.py organization_names`, mend them with `manage.py organization_names --rename` (slugs get a
random end), or choose other names by PUT /v1/b2b/organizations/<organization_id> of the version
that is running. Then migrate again."""


def look(apps: Any, schema_editor: Any) -> None:
    """Who may keep a name is the operator's to say: one of the two may be an impostor."""
    found = name_clashes.find(rows(apps))
    if found:
        raise CommandError(REFUSAL.format(clashes="\n".join(f"- {each}" for each in found)))


def fill(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("identity", "OrganizationName")
    named: dict[str, tuple[str, bool]] = {}
    for row in rows(apps):
        if row.organization_external_id:
            named[row.organization_external_id.lower()] = (row.organization_id, False)
        named[row.organization_slug.lower()] = (row.organization_id, True)
    model.objects.bulk_create(
        [model(folded=name, organization_id=of, is_slug=slug) for name, (of, slug) in named.items()],
        batch_size=1000,
    )


def rows(apps: Any) -> list[Row]:
    found = apps.get_model("identity", "Organization").objects
    return [Row(*row) for row in found.values_list(*name_clashes.FIELDS)]


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0004_providers'),
    ]

    operations = [
        migrations.RunPython(look, migrations.RunPython.noop),
        migrations.CreateModel(
            name='OrganizationName',
            fields=[
                ('folded', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('is_slug', models.BooleanField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='identity.organization')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('folded', django.db.models.functions.text.Lower('folded')), models.Q(('folded', ''), _negated=True)), name='organization_name_is_folded'), models.CheckConstraint(condition=models.Q(('folded__istartswith', 'organization-test-'), ('folded__istartswith', 'organization-live-'), _connector='OR', _negated=True), name='organization_name_is_no_id')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
