"""A tenant and its rules for signing in (CONTRACT 3.3)."""

from typing import Any

from django.db import models, transaction
from django.db.models import Q

from identity import identifiers
from identity.models.organization_name import MOST_KEPT, OrganizationName
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
        in_use = self.names.filter(released_at=None).values_list("folded", "is_slug")
        held, wanted = dict(in_use), self._wanted_names()
        for folded in sorted(held.keys() | wanted.keys()):
            if held.get(folded) == wanted.get(folded):
                continue
            if folded in wanted:
                self._take(folded, is_slug=wanted[folded])
            else:
                self.names.filter(folded=folded).update(released_at=self.updated_at)
        self._keep_few()

    def _take(self, folded: str, *, is_slug: bool) -> None:
        """From itself, or from nobody, who gave it up long ago; else the primary key refuses."""
        rows = OrganizationName.objects.filter(folded=folded)
        rows.filter(Q(organization=self) | OrganizationName.is_free(self.updated_at)).delete()
        self.names.create(folded=folded, is_slug=is_slug)

    def _keep_few(self) -> None:
        released = self.names.exclude(released_at=None).order_by("-released_at", "folded")
        for folded in list(released.values_list("folded", flat=True)[MOST_KEPT:]):
            self.names.filter(folded=folded).exclude(released_at=None).delete()

    def _wanted_names(self) -> dict[str, bool]:
        """Each by whether it is the slug, which an external id of the same word doesn't change."""
        external_id = self.organization_external_id
        other = {identifiers.folded(external_id): False} if external_id else {}
        return {**other, identifiers.folded(self.organization_slug): True}
