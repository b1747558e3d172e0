"""The hash of a member's password: found, kept, replaced and forgotten."""

from datetime import datetime

from identity import password_hash
from identity.models import Member, Password
from identity.provenance import Provenance


def of(member: Member | None) -> str:
    """The hash, or "" when there is no member or no password; looked up in any case."""
    member_id, password_id = (member.pk, member.member_password_id) if member else ("", "")
    rows = Password.objects.filter(member_id=member_id, password_id=password_id)
    return rows.values_list("hashed", flat=True).first() or ""


def provenance_of(member: Member) -> Provenance:
    """By whose word the password was set; NOBODY's when there is none."""
    rows = Password.objects.filter(member=member, password_id=member.member_password_id)
    return Provenance(rows.values_list("provenance", flat=True).first() or "")


def keep(member: Member, *, hashed: str, provenance: Provenance, now: datetime) -> None:
    """This will make it the password of `member`, whose row the caller holds locked."""
    values = {"hashed": hashed, "changed_at": now, "provenance": provenance}
    row, _ = Password.objects.update_or_create(member=member, defaults=values)
    member.member_password_id = row.password_id
    member.updated_at = now
    member.save(update_fields=["member_password_id", "updated_at"])


def forget(member: Member) -> None:
    """The hash goes; the caller saves the member."""
    Password.objects.filter(member=member).delete()
    member.member_password_id = ""


def renewed(member: Member, *, password: str, hashed: str) -> str:
    """This will hash anew what was hashed under other settings; the hash that is kept now.

    Should the password be changed in this very moment, the change stays.
    """
    if not password_hash.is_outdated(hashed):
        return hashed
    today = password_hash.made(password)
    Password.objects.filter(member=member, hashed=hashed).update(hashed=today)
    return today
