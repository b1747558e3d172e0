"""Accounts at providers become rows that can be searched, and held to one member each."""

from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from identity.tokens import new_id

PROVIDERS = {
    "Google": "google",
    "Microsoft": "microsoft",
    "GitHub": "github",
    "Slack": "slack",
    "HubSpot": "hubspot",
}
LONGEST_SUBJECT = 255


def copy(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Where two members hold one account, the newer keeps it, and a member the last of several.

    They came to be while people were matched by address: the newer one has the address of today.
    """
    members = apps.get_model("identity", "Member").objects.exclude(status="deleted")
    rows: dict[tuple[str, ...], Any] = {}
    connections = set(
        apps.get_model("identity", "OIDCConnection").objects.values_list("pk", flat=True)
    )
    for member in members.order_by("created_at", "member_id").iterator(500):
        own = {row["place"]: row for row in listed(member, connections)}
        for row in own.values():
            rows[*scope(member, row), row["subject"]] = {**row, "member": member}
    save(apps.get_model("identity", "Registration"), rows)
    publish(members, rows)


def listed(member: Any, connections: set[str]) -> Iterator[dict[str, Any]]:
    for each in member.sso_registrations:
        if each["connection_id"] in connections:
            yield row_of(each, "sso", each["connection_id"], each["external_id"])
    for each in member.oauth_registrations:
        if each["provider_type"] in PROVIDERS:
            provider = PROVIDERS[each["provider_type"]]
            yield row_of(each, "oauth", provider, each["provider_subject"])


def row_of(wire: dict[str, Any], kind: str, place: str, subject: str) -> dict[str, Any]:
    names = {"sso": "registration_id", "oauth": "member_oauth_registration_id"}
    return {
        "kind": kind,
        "place": place,
        "subject": subject[:LONGEST_SUBJECT],
        "id": wire[names[kind]],
        "wire": wire,
    }


def scope(member: Any, row: dict[str, Any]) -> tuple[str, str]:
    """Within which a subject is one person."""
    return ("" if row["kind"] == "sso" else member.organization_id), row["place"]


def save(model: Any, rows: dict[tuple[str, ...], Any]) -> None:
    """An id may be there twice: a factor took it along into another organization."""
    seen: set[str] = set()
    for row in rows.values():
        is_sso, member = row["kind"] == "sso", row["member"]
        if row["id"] in seen:
            row["id"] = new_id(f"member-{row['kind']}-registration")
            name = "registration_id" if is_sso else "member_oauth_registration_id"
            row["wire"][name] = row["id"]
        seen.add(row["id"])
        model.objects.create(
            registration_id=row["id"],
            organization_id=member.organization_id,
            member_id=member.pk,
            connection_id=row["place"] if is_sso else None,
            provider="" if is_sso else row["place"],
            subject=row["subject"],
            email_address=member.email_address,
            created_at=member.created_at,
        )


def publish(members: Any, rows: dict[tuple[str, ...], Any]) -> None:
    """The lists on the members say what the rows say."""
    kept: dict[tuple[str, str], list[Any]] = {}
    for row in rows.values():
        kept.setdefault((row["member"].pk, row["kind"]), []).append(row["wire"])
    holding = Q(sso_registrations=[]) & Q(oauth_registrations=[])
    for member in members.exclude(holding).iterator(500):
        member.sso_registrations = kept.get((member.pk, "sso"), [])
        member.oauth_registrations = kept.get((member.pk, "oauth"), [])
        member.save(update_fields=["sso_registrations", "oauth_registrations"])


OF_CONNECTION = Q(connection__isnull=False)


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0009_connections_are_judged"),
    ]

    operations = [
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "registration_id",
                    models.CharField(
                        editable=False, max_length=80, primary_key=True, serialize=False
                    ),
                ),
                ("provider", models.CharField(blank=True, default="", max_length=32)),
                ("tenant", models.CharField(blank=True, default="", max_length=255)),
                ("subject", models.CharField(max_length=255)),
                ("email_address", models.EmailField(blank=True, default="", max_length=254)),
                ("created_at", models.DateTimeField()),
                (
                    "connection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registrations",
                        to="identity.oidcconnection",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registrations",
                        to="identity.member",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="identity.organization",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "registration_id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=OF_CONNECTION,
                        fields=("connection", "subject"),
                        name="registration_subject_once_at_a_connection",
                    ),
                    models.UniqueConstraint(
                        condition=OF_CONNECTION,
                        fields=("member", "connection"),
                        name="registration_one_of_a_connection",
                    ),
                    models.UniqueConstraint(
                        condition=~OF_CONNECTION,
                        fields=("organization", "provider", "tenant", "subject"),
                        name="registration_subject_once_at_a_provider",
                    ),
                    models.UniqueConstraint(
                        condition=~OF_CONNECTION,
                        fields=("member", "provider", "tenant"),
                        name="registration_one_of_a_provider",
                    ),
                ],
            },
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
