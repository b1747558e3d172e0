"""A tenant and its rules for signing in (CONTRACT 3.3)."""

from typing import Any

from django.db import models, transaction

from identity import identifiers
from identity.tokens import new_id

NAMES = frozenset({"organization_slug", "organization_external_id"})


def new_organization_id() -> str:
    return new_id("organization")


class Organization(models.Model):
    organization_id = models.CharField(
        max_length=80, primary_key=True, default=new_organization_id, editable=False
    )
    organization_name = models.CharField(max_length=128)
    organization_slug = models.CharField(max_length=128, unique=True)
    organization_external_id = models.CharField(max_length=128, null=True, unique=True)  # noqa: DJ001 unique, and absent is not ""
    organization_logo_url = models.CharField(max_length=2000, blank=True, default="")
    trusted_metadata = models.JSONField(default=dict)

    auth_methods = models.CharField(max_length=16, default="ALL_ALLOWED")
    allowed_auth_methods = models.JSONField(default=list)
    mfa_policy = models.CharField(max_length=16, default="OPTIONAL")
    mfa_methods = models.CharField(max_length=16, default="ALL_ALLOWED")
    allowed_mfa_methods = models.JSONField(default=list)

    email_allowed_domains = models.JSONField(default=list)
    claimed_email_domains = models.JSONField(default=list)
    email_jit_provisioning = models.CharField(max_length=16, default="NOT_ALLOWED")
    email_invites = models.CharField(max_length=16, default="ALL_ALLOWED")
    sso_jit_provisioning = models.CharField(max_length=16, default="ALL_ALLOWED")
    sso_jit_provisioning_allowed_connections = models.JSONField(default=list)
    # As the wire has them (3.3), kept in step by operations/connections.py: they are shown with
    # each organization, so lists would ask once more for each.
    sso_active_connections = models.JSONField(default=list)
    sso_default_connection_id = models.CharField(max_length=80, blank=True, default="")
    oauth_tenant_jit_provisioning = models.CharField(max_length=16, default="NOT_ALLOWED")
    allowed_oauth_tenants = models.JSONField(default=dict)
    rbac_email_implicit_role_assignments = models.JSONField(default=list)
    custom_roles = models.JSONField(default=list)

    first_party_connected_apps_allowed_type = models.CharField(max_length=16, default="ALL_ALLOWED")
    allowed_first_party_connected_apps = models.JSONField(default=list)
    third_party_connected_apps_allowed_type = models.CharField(max_length=16, default="ALL_ALLOWED")
    allowed_third_party_connected_apps = models.JSONField(default=list)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "organization_id")

    def __str__(self) -> str:
        return self.organization_slug

    def save(self, **how: Any) -> None:
        """Its names in the same transaction: IntegrityError where one is somebody else's."""
        written = how.get("update_fields")
        with transaction.atomic():
            super().save(**how)
            if written is None or NAMES & set(written):
                self._write_names()

    def _write_names(self) -> None:
        """In one order for everybody, so that two who swap names don't wait for each other."""
        held, wanted = dict(self.names.values_list("folded", "is_slug")), self._wanted_names()
        for folded in sorted(held.keys() | wanted.keys()):
            if held.get(folded) == wanted.get(folded):
                continue
            self.names.filter(folded=folded).delete()
            if folded in wanted:
                self.names.create(folded=folded, is_slug=wanted[folded])

    def _wanted_names(self) -> dict[str, bool]:
        """Each by whether it is the slug, which an external id of the same word doesn't change."""
        external_id = self.organization_external_id
        other = {identifiers.folded(external_id): False} if external_id else {}
        return {**other, identifiers.folded(self.organization_slug): True}
