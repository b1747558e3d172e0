"""What a member's fields may say, alone and beside other members (CONTRACT 3.2)."""

from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from identity import identifiers
from identity.errors import bad_request
from identity.models import Member
from identity.models.member import new_phone_id
from identity.operations import metadata, roles

WRITABLE = frozenset(
    {
        "default_mfa_method",
        "external_id",
        "invited_by",
        "is_breakglass",
        "mfa_enrolled",
        "mfa_phone_number",
        "name",
        "roles",
        "status",
        "trusted_metadata",
        "untrusted_metadata",
        "updated_at",
    }
)


def normalized(member: Member, fields: dict[str, Any]) -> dict[str, Any]:
    """The values to keep; the address is changed elsewhere, with all that hangs on it."""
    given = {name: value for name, value in fields.items() if name in WRITABLE}
    if "roles" in given:
        wanted = given["roles"]
        given["roles"] = roles.check_known(organization=member.organization, role_ids=wanted)
    for name in {"trusted_metadata", "untrusted_metadata"} & given.keys():
        given[name] = metadata.merged(getattr(member, name), given[name])
    _check_external_id(given.get("external_id"))
    if given.get("mfa_phone_number"):
        _check_phone(member, given["mfa_phone_number"])
        given["mfa_phone_id"] = new_phone_id()
    return given


def check(member: Member) -> None:
    """A default method must be one that the member has."""
    has = {"": True, "sms_otp": member.mfa_phone_number, "totp": member.totp_registration_id}
    if not has[member.default_mfa_method]:
        raise bad_request(
            "default_mfa_member_missing_factor",
            "The member has not enrolled in the default MFA method.",
        )


def check_not_retired(member: Member) -> None:
    """An address that was taken from somebody isn't given to somebody else by accident."""
    others = member.organization.members.exclude(pk=member.pk).exclude(status=Member.Status.DELETED)
    told = others.annotate(retired=Cast("retired_email_addresses", TextField()))
    if told.filter(retired__contains=f'"{member.email_address}"').exists():
        raise bad_request(
            "retired_member_email", "This email was retired by a member of the organization."
        )


def retires(member: Member) -> bool:
    """An address that is proven, or the first one (CONTRACT 2.9), when it is changed.

    Who is given one after the other, and proves none, keeps none of them from its owner.
    """
    return member.email_address_verified or not member.retired_email_addresses


def _check_external_id(external_id: str | None) -> None:
    """It would never find its member: what looks like an id is only ever an id."""
    if external_id and identifiers.is_id(external_id, "member"):
        raise bad_request(
            "bad_request",
            "external_id must not begin like a member's id.",
            details={"field": "external_id", "reason": "reserved"},
        )


def _check_phone(member: Member, number: str) -> None:
    if member.mfa_phone_number:
        raise bad_request(
            "mfa_phone_number_already_exists", "The member already has a phone number."
        )
    others = member.organization.members.exclude(pk=member.pk).exclude(status=Member.Status.DELETED)
    if others.filter(mfa_phone_number=number).exists():
        raise bad_request(
            "duplicate_member_phone_number", "A member with this phone number already exists."
        )
