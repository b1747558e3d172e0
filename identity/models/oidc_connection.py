"""An organization's own identity provider, by OpenID Connect (CONTRACT 3.6)."""

from django.db import models

from identity.models.organization import Organization
from identity.tokens import new_id

# Without any one of these nobody can sign in by it (CONTRACT 2.7).
NEEDED = (
    "issuer",
    "client_id",
    "secret_sealed",
    "authorization_url",
    "token_url",
    "userinfo_url",
    "jwks_url",
)


def new_connection_id() -> str:
    return new_id("oidc-connection")


class OIDCConnection(models.Model):
    connection_id = models.CharField(
        max_length=80, primary_key=True, default=new_connection_id, editable=False
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="oidc_connections")
    display_name = models.CharField(max_length=128, blank=True, default="")
    identity_provider = models.CharField(max_length=32, default="generic")
    issuer = models.CharField(max_length=500, blank=True, default="")
    client_id = models.CharField(max_length=500, blank=True, default="")
    # Encrypted; it is needed in clear whenever somebody signs in.
    secret_sealed = models.BinaryField(default=b"")
    authorization_url = models.CharField(max_length=500, blank=True, default="")
    token_url = models.CharField(max_length=500, blank=True, default="")
    userinfo_url = models.CharField(max_length=500, blank=True, default="")
    jwks_url = models.CharField(max_length=500, blank=True, default="")
    # False only if the issuer's metadata says that its token endpoint won't read the header.
    secret_in_header = models.BooleanField(default=True)
    # By which its id tokens may be signed, as its metadata names them; [] while it isn't known.
    algorithms = models.JSONField(default=list)
    # Why nobody can sign in by it, as far as its metadata tells; "" if nothing stands in the way.
    obstacle = models.CharField(max_length=1000, blank=True, default="")
    custom_scopes = models.CharField(max_length=500, blank=True, default="")
    attribute_mapping = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "connection_id")

    def __str__(self) -> str:
        return self.connection_id

    @property
    def is_active(self) -> bool:
        return all(getattr(self, name) for name in NEEDED) and not self.obstacle
