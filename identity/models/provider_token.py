"""The one-time token with which an app learns who came back from a provider (CONTRACT 2.7, 2.8)."""

from django.db import models

from identity.models.oidc_connection import OIDCConnection
from identity.models.organization import Organization
from identity.models.replay import Replayable


class ProviderToken(Replayable):
    """`facts`: who it is, and the provider's own tokens. They open with the token alone."""

    class Kind(models.TextChoices):
        OAUTH = "oauth"
        DISCOVERY = "discovery_oauth"
        SSO = "sso"

    kind = models.CharField(max_length=15, choices=Kind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    # None for discovery.
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")
    # None unless it is SSO: a connection that is deleted meanwhile lets nobody in.
    connection = models.ForeignKey(OIDCConnection, models.CASCADE, null=True, related_name="+")
    facts = models.BinaryField()
    pkce_code_challenge = models.CharField(max_length=128, blank=True, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"provider token {self.pk}"
