"""What other services look for at the origin itself, under /.well-known/ (RFC 8615)."""

from django.urls import URLPattern, path

from identity.api import edge, jwks

urlpatterns: list[URLPattern] = [path("jwks.json", edge.guarded(jwks.published), name="jwks")]
