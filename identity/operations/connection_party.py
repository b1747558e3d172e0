"""This app as the client of an organization's own provider, and what that provider's word says."""

from cryptography.fernet import InvalidToken

from identity import oidc, published_keys
from identity.claim_shapes import said
from identity.errors import ApiError, not_found
from identity.models import OIDCConnection, Organization
from identity.oidc import Grant, Identity, RelyingParty
from identity.provider_addresses import named_address
from identity.tokens import sealer

SEALED_FOR = "oidc-client-secret"
SCOPES = "openid email profile"


def for_sign_in(organization: Organization) -> OIDCConnection:
    """The default one, else the only active one (INFERRED: 2.8 knows the locator by name only)."""
    active = [each for each in organization.oidc_connections.all() if each.is_active]
    default = organization.sso_default_connection_id
    chosen = [each for each in active if each.pk == default] or active
    if len(chosen) != 1:
        raise not_found_here()
    return chosen[0]


def party(connection: OIDCConnection) -> RelyingParty:
    if not connection.is_active:
        raise not_found_here()
    return RelyingParty(
        client_id=connection.client_id,
        client_secret=secret(connection),
        authorization_url=connection.authorization_url,
        token_url=connection.token_url,
        scopes=f"{SCOPES} {connection.custom_scopes}".strip(),
        userinfo_url=connection.userinfo_url,
        issuer=connection.issuer,
        jwks_url=connection.jwks_url,
        algorithms=tuple(connection.algorithms) or published_keys.ALGORITHMS,
        secret_in_body=not connection.secret_in_header,
    )


def secret(connection: OIDCConnection) -> str:
    """ "" when there is none, and when no secret of ours opens it any more."""
    try:
        return sealer(SEALED_FOR).decrypt(bytes(connection.secret_sealed)).decode()
    except InvalidToken:
        return ""


def sealed(client_secret: str) -> bytes:
    return sealer(SEALED_FOR).encrypt(client_secret.encode()) if client_secret else b""


def who(connection: OIDCConnection, grant: Grant) -> Identity:
    """The person by the provider's claims, under the names the connection maps them to."""
    mapping = {"email": "email", "full_name": "name", **connection.attribute_mapping}
    claims = oidc.claims(grant, email=mapping["email"])
    parts = [said(claims, mapping.get(name, "")) for name in ("first_name", "last_name")]
    return Identity(
        subject=claims["sub"],
        # `email_verified: false` is said of people whom an admin or LDAP made (Keycloak, Cognito).
        # The organization believes its own provider, and nobody else does (provenance.py).
        email_address=named_address(claims.get(mapping["email"])),
        email_verifying=True,
        name=said(claims, mapping["full_name"]) or " ".join(filter(None, parts)),
    )


def not_found_here() -> ApiError:
    return not_found("sso_connection_not_found", "The SSO connection could not be found.")
