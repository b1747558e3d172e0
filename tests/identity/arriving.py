"""People who come back from a provider, which says who they are: its part is left out."""

from typing import Any

from identity.models import OIDCConnection, Organization
from identity.oidc import Identity
from identity.operations import oauth, provider_tokens, sso
from identity.operations.mailbox import Held, Recognized
from identity.operations.provider_tokens import Facts, Kind
from identity.operations.sign_in import Finished, Terms
from tests.identity.people import NOW

ANN, MARRIED = "ann.smith@acme.example", "ann.jones@acme.example"


def connected(of: Organization) -> OIDCConnection:
    return OIDCConnection.objects.create(organization=of, created_at=NOW, updated_at=NOW)


def by_sso(
    connection: OIDCConnection, sub: str, address: str, *, now: Any = NOW, held: Held | None = None
) -> Finished:
    token = provider_tokens.issue(
        kind=Kind.SSO,
        facts=Facts(connection.pk, Identity(sub, address, True)),
        organization=connection.organization,
        connection=connection,
        challenge="",
        now=now,
    )
    return sso.authenticate(token=token, verifier="", held=held or Held(), terms=Terms(), now=now)


def by_oauth(
    of: Organization, sub: str, address: str, *, provider: str = "google", **said: Any
) -> Finished:
    word = {"email_verifying": True, **said}
    token = provider_tokens.issue(
        kind=Kind.OAUTH,
        facts=Facts(provider, Identity(sub, address, **word)),
        organization=of,
        connection=None,
        challenge="",
        now=NOW,
    )
    _, finished = oauth.authenticate(token=token, verifier="", held=Held(), terms=Terms(), now=NOW)
    return finished


def discovers(
    sub: str, address: str, *, provider: str = "google", now: Any = NOW, **said: Any
) -> Recognized:
    """The end of a discovery by such an account, in no organization yet."""
    token = provider_tokens.issue(
        kind=Kind.DISCOVERY,
        facts=Facts(provider, Identity(sub, address, **{"email_verifying": True, **said})),
        organization=None,
        connection=None,
        challenge="",
        now=now,
    )
    _, found = oauth.authenticate_discovery(token=token, verifier="", now=now)
    return found
