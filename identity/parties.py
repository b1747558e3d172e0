"""This app as a client of each provider that is set up, by its name."""

from dataclasses import replace

from django.conf import settings

from identity import provider_metadata
from identity.errors import ApiError, not_found
from identity.oidc import RelyingParty
from identity.providers import PROVIDERS, Provider


def get(name: str) -> Provider:
    """A provider that is offered, or oauth_provider_not_found 404 (INFERRED)."""
    if name not in PROVIDERS or not all(settings.OAUTH_CLIENTS.get(name, ("", ""))):
        raise _not_offered()
    return PROVIDERS[name]


def party(name: str) -> RelyingParty:
    """Raises ProviderFailed when the endpoints have to be looked up and can't be."""
    provider = get(name)
    client_id, client_secret = settings.OAUTH_CLIENTS[name]
    known = RelyingParty(
        client_id=client_id,
        client_secret=client_secret,
        authorization_url=provider.authorization_url,
        token_url=provider.token_url,
        scopes=provider.scopes,
        userinfo_url=provider.userinfo_url,
        issuer=provider.issuer,
        jwks_url=provider.jwks_url,
    )
    issuer = settings.OAUTH_ISSUERS.get(name, "")
    return located(known, issuer=issuer) if issuer else known


def located(known: RelyingParty, *, issuer: str) -> RelyingParty:
    """The same client at the endpoints that `issuer` publishes: the demo provider, or a test's."""
    found = provider_metadata.read(issuer)
    return replace(
        known,
        issuer=found.issuer,
        algorithms=found.algorithms,
        authorization_url=found.endpoints["authorization_url"],
        token_url=found.endpoints["token_url"],
        userinfo_url=found.endpoints["userinfo_url"],
        jwks_url=found.endpoints["jwks_url"],
    )


def _not_offered() -> ApiError:
    return not_found("oauth_provider_not_found", "Signing in with this provider is not set up.")
