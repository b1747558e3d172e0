"""No member's external id looks like a member's id, after a look at those that there are."""

from typing import Any

from django.core.management.base import CommandError
from django.db import migrations, models

LIKE_IDS = models.Q(('external_id__istartswith', 'member-test-'), ('external_id__istartswith', 'member-live-'), _connector='OR')
REFUSAL = """Members have external ids that look like members' ids, by which they will never be found:
{members}
Nothing was changed. Give them others by PUT, or none by DELETE …/external_id, at
/v1/b2b/organizations/<organization_id>/members/<member_id> of the version that is running. Then
migrate again."""


def look(apps: Any, schema_editor: Any) -> None:
    """What a backend calls its members is the backend's to change."""
    found = apps.get_model("identity", "Member").objects.filter(LIKE_IDS).order_by("pk")
    told = found.values_list("organization_id", "member_id", "external_id")
    if told:
        members = "\n".join("- {}, {}: {!r}".format(*each) for each in told)
        raise CommandError(REFUSAL.format(members=members))


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0005_organization_names'),
    ]

    operations = [
        migrations.RunPython(look, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('external_id__istartswith', 'member-test-'), ('external_id__istartswith', 'member-live-'), _connector='OR', _negated=True), name='member_external_id_is_no_id'),
        ),
    ]
