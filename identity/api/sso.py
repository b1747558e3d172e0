"""Single sign-on over HTTP: signing in, and an organization's OIDC connections (CONTRACT 2.7).

SAML will be a file beside this one, mounted below /b2b/sso/saml.
"""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from identity import public_url
from identity.api import acting, edge, mailed, sign_in
from identity.api.magic_links import Verifier
from identity.api.public import SSO_CALLBACK
from identity.api.schemas import Body, OtpLocale
from identity.models import OIDCConnection, Organization
from identity.operations import connection_party, connections, organizations, sso

router = Router()

IdentityProvider = Literal[
    "classlink", "cyberark", "duo", "generic", "google-workspace", "jumpcloud", "keycloak",
    "miniorange", "microsoft-entra", "okta", "onelogin", "pingfederate", "rippling", "salesforce",
    "shibboleth",
]  # fmt: skip
Name = Annotated[str, Field(max_length=128)]
Text = Annotated[str, Field(max_length=500)]
# From what we call it to what the provider calls it.
Mapping = dict[Literal["email", "full_name", "first_name", "last_name", "groups"], Name]


class Authenticate(mailed.Entering):
    sso_token: mailed.Token
    pkce_code_verifier: Verifier = ""
    locale: OtpLocale = "en"


class CreateOIDC(Body):
    display_name: Name = ""
    identity_provider: IdentityProvider = "generic"


class UpdateOIDC(Body):
    display_name: Name = ""
    identity_provider: IdentityProvider = "generic"
    client_id: Text = ""
    client_secret: Text = ""
    issuer: Text = ""
    authorization_url: Text = ""
    token_url: Text = ""
    userinfo_url: Text = ""
    jwks_url: Text = ""
    custom_scopes: Text = ""
    attribute_mapping: Mapping = Field(default_factory=dict)


@router.post("/authenticate", auth=edge.project_auth)
def authenticate(request: edge.ApiRequest, body: Authenticate) -> HttpResponse:
    finished = sso.authenticate(
        token=body.sso_token,
        verifier=body.pkce_code_verifier,
        held=body.held(),
        terms=body.terms(),
        now=request.now,
    )
    of_sso = {"organization_id": finished.organization.organization_id, "reset_session": False}
    return edge.ok(request, {**sign_in.answer(request, finished), **of_sso})


@router.get("/{organization_id}", auth=edge.project_or_member_auth)
def list_connections(request: edge.ApiRequest, organization_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    _authorize(request, organization, "get")
    found = [_wire(request, each) for each in connections.of(organization)]
    empty: list[Any] = []
    kinds = {"saml_connections": empty, "oidc_connections": found, "external_connections": empty}
    return edge.ok(request, kinds)


@router.post("/oidc/{organization_id}", auth=edge.project_or_member_auth)
def create_oidc(request: edge.ApiRequest, organization_id: str, body: CreateOIDC) -> HttpResponse:
    organization = organizations.get(organization_id)
    _authorize(request, organization, "create")
    connection = connections.create(
        organization=organization,
        display_name=body.display_name,
        identity_provider=body.identity_provider,
        now=request.now,
    )
    return edge.ok(request, {"connection": _wire(request, connection)})


@router.put("/oidc/{organization_id}/connections/{connection_id}", auth=edge.project_or_member_auth)
def update_oidc(
    request: edge.ApiRequest, organization_id: str, connection_id: str, body: UpdateOIDC
) -> HttpResponse:
    organization = organizations.get(organization_id)
    _authorize(request, organization, "update")
    connection, warning = connections.update(
        organization=organization,
        connection_id=connection_id,
        changes=body.changes(),
        now=request.now,
    )
    answer = {"connection": _wire(request, connection), "warning": warning or None}
    return edge.ok(request, answer)


@router.delete("/{organization_id}/connections/{connection_id}", auth=edge.project_or_member_auth)
def delete_connection(
    request: edge.ApiRequest, organization_id: str, connection_id: str
) -> HttpResponse:
    organization = organizations.get(organization_id)
    _authorize(request, organization, "delete")
    connections.delete(organization=organization, connection_id=connection_id, now=request.now)
    return edge.ok(request, {"connection_id": connection_id})


def _authorize(request: edge.ApiRequest, organization: Organization, action: str) -> None:
    acting.authorize(request, organization=organization, resource="stytch.sso", actions=[action])


def _wire(request: edge.ApiRequest, of: OIDCConnection) -> dict[str, Any]:
    """The contract's OIDCConnection; to whoever may change the secret it is shown (3.6)."""
    return {
        "organization_id": of.organization_id,
        "connection_id": of.connection_id,
        "status": "active" if of.is_active else "pending",
        "display_name": of.display_name,
        "redirect_url": public_url.callback(request, SSO_CALLBACK + of.connection_id),
        "client_id": of.client_id,
        "client_secret": connection_party.secret(of),
        "issuer": of.issuer,
        "authorization_url": of.authorization_url,
        "token_url": of.token_url,
        "userinfo_url": of.userinfo_url,
        "jwks_url": of.jwks_url,
        "identity_provider": of.identity_provider,
        "custom_scopes": of.custom_scopes,
        "attribute_mapping": of.attribute_mapping,
    }
