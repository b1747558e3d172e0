"""A tenant and its rules for signing in (CONTRACT 3.3)."""

from django.db import models

from identity.tokens import new_id


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
