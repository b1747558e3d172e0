"""A person in one organization (CONTRACT 3.2)."""

from django.db import models
from django.db.models import Q

from identity import identifiers
from identity.models.lockable import Lockable
from identity.models.organization import Organization
from identity.tokens import new_id


def new_member_id() -> str:
    return new_id("member")


def new_email_id() -> str:
    return new_id("member-email")


def new_phone_id() -> str:
    return new_id("member-phone-number")


class Member(Lockable):
    class Status(models.TextChoices):
        PENDING = "pending"
        INVITED = "invited"
        ACTIVE = "active"
        DELETED = "deleted"

    member_id = models.CharField(
        max_length=80, primary_key=True, default=new_member_id, editable=False
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="members")
    email_id = models.CharField(max_length=80, default=new_email_id)
    # Lower case always: the local part's case is never significant in practice.
    email_address = models.EmailField(max_length=254, db_index=True)
    # In this organization: by whomever. What leads outside asks `email_provenance`.
    email_address_verified = models.BooleanField(default=False)
    # Who verified it (provenance.py): "" for nobody. Not on the wire.
    email_provenance = models.CharField(max_length=12, blank=True, default="")
    retired_email_addresses = models.JSONField(default=list)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    name = models.CharField(max_length=256, blank=True, default="")
    external_id = models.CharField(max_length=128, null=True)  # noqa: DJ001 unique below, and absent is not ""
    is_breakglass = models.BooleanField(default=False)
    # Role ids given directly; stytch_member is implicit, e-mail domain roles are derived.
    roles = models.JSONField(default=list)
    trusted_metadata = models.JSONField(default=dict)
    untrusted_metadata = models.JSONField(default=dict)
    invited_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    mfa_enrolled = models.BooleanField(default=False)
    mfa_phone_number = models.CharField(max_length=20, blank=True, default="")
    # Of this number; another number is another phone.
    mfa_phone_id = models.CharField(max_length=80, blank=True, default="")
    mfa_phone_number_verified = models.BooleanField(default=False)
    # In which sign-in or session somebody typed it, and when, until it is proven; "" for a number
    # that a backend set (typed_numbers.py).
    mfa_phone_typed_in = models.CharField(max_length=80, blank=True, default="")
    mfa_phone_typed_at = models.DateTimeField(null=True)
    default_mfa_method = models.CharField(max_length=8, blank=True, default="")
    totp_registration_id = models.CharField(max_length=80, blank=True, default="")
    # As the wire has them (CONTRACT 3.2): they are shown with each member, and never searched.
    oauth_registrations = models.JSONField(default=list)
    sso_registrations = models.JSONField(default=list)
    member_password_id = models.CharField(max_length=80, blank=True, default="")

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "member_id")
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "email_address"),
                condition=~Q(status="deleted"),
                name="member_email_once_in_an_organization",
            ),
            models.UniqueConstraint(
                fields=("organization", "external_id"),
                condition=~Q(status="deleted"),
                name="member_external_id_once_in_an_organization",
            ),
            models.CheckConstraint(
                condition=~identifiers.like_ids("external_id", "member"),
                name="member_external_id_is_no_id",
            ),
        )

    def __str__(self) -> str:
        return self.member_id
