"""Notes by whom each address was verified: the weaker word, unless what is kept proves more."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max, Q
from django.utils import timezone

MAILED = ("email_otp", "magic_link")
ROWS = 500


def note(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    note_members(apps)
    note_passwords(apps)
    for name in ("MemberSession", "IntermediateSession"):
        note_factors(apps.get_model("identity", name))


def note_members(apps: Apps) -> None:
    """The mailbox's, where a code or link was used since the address last changed."""
    verified = apps.get_model("identity", "Member").objects.filter(email_address_verified=True)
    verified.update(email_provenance="unknown")
    events = apps.get_model("identity", "AuditEvent").objects.exclude(member_id="")
    proven = newest(
        events.filter(
            Q(action__in=("otp.authenticate", "link.authenticate", "password.reset_by_email"))
            | Q(action__in=("session.create", "session.update"), factor__in=MAILED),
            outcome="success",
        )
    )
    # As text: which fields an update changed is one string of the details.
    renamed = newest(
        events.filter(action="member.update", details__icontains="email_address"),
    )
    known = [
        member_id
        for member_id, at in proven.items()
        if member_id not in renamed or at > renamed[member_id]
    ]
    for some in chunks(known):
        verified.filter(pk__in=some).update(email_provenance="mailbox")


def newest(events: Any) -> dict[str, datetime]:
    rows = events.order_by().values("member_id").annotate(at=Max("occurred_at"))
    return dict(rows.values_list("member_id", "at"))


def chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), ROWS):
        yield ids[start : start + ROWS]


def note_passwords(apps: Apps) -> None:
    """The mailbox's, where the mailed link that set it is on record for that very moment."""
    passwords = apps.get_model("identity", "Password").objects
    passwords.update(provenance="unknown")
    events = apps.get_model("identity", "AuditEvent").objects.filter(
        action="password.reset_by_email", outcome="success"
    )
    for member_id, at in events.values_list("member_id", "occurred_at").iterator():
        passwords.filter(member_id=member_id, changed_at=at).update(provenance="mailbox")


def note_factors(model: Any) -> None:
    for row in model.objects.filter(expires_at__gt=timezone.now()).iterator(ROWS):
        row.factors_json = [noted(factor) for factor in row.factors_json]
        row.save(update_fields=["factors_json"])


def noted(factor: dict[str, Any]) -> dict[str, Any]:
    """Microsoft's word was taken where it had said nothing of the address: it is none."""
    match factor["type"], factor["delivery_method"]:
        case "email_otp" | "magic_link", _:
            return {**factor, "provenance": "mailbox"}
        case "sso", _:
            return {**factor, "provenance": "own_provider"}
        case "oauth", "oauth_microsoft":
            return {**factor, "provenance": "", "email_verifying": False}
        case "oauth", _:
            word = "vouched" if factor.get("email_verifying") else "seen"
            return {**factor, "provenance": word}
        case _:
            return factor


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0007_password_door"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="email_provenance",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddField(
            model_name="password",
            name="provenance",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.RunPython(note, migrations.RunPython.noop),
    ]
