"""One-time tokens of those who came back from an OAuth provider (CONTRACT 2.7)."""

from django.http import HttpResponse
from ninja import Router

from identity.api import edge, mailed, sign_in
from identity.api.magic_links import Verifier
from identity.api.schemas import Body, OtpLocale
from identity.operations import oauth
from identity.providers import PROVIDERS

router = Router(auth=edge.project_auth)


class Authenticate(mailed.Entering):
    oauth_token: mailed.Token
    pkce_code_verifier: Verifier = ""
    locale: OtpLocale = "en"


class AuthenticateDiscovery(Body):
    """The session parameters that the contract lists do nothing it would tell of."""

    discovery_oauth_token: mailed.Token
    pkce_code_verifier: Verifier = ""


@router.post("/authenticate")
def authenticate(request: edge.ApiRequest, body: Authenticate) -> HttpResponse:
    facts, finished = oauth.authenticate(
        token=body.oauth_token,
        verifier=body.pkce_code_verifier,
        held=body.held(),
        terms=body.terms(),
        now=request.now,
    )
    of_provider = {
        "provider_subject": facts.identity.subject,
        "provider_type": PROVIDERS[facts.by].label,
        "provider_values": facts.values,
        "organization_id": finished.organization.organization_id,
        "reset_sessions": False,
    }
    return edge.ok(request, {**sign_in.answer(request, finished), **of_provider})


@router.post("/discovery/authenticate")
def authenticate_discovery(request: edge.ApiRequest, body: AuthenticateDiscovery) -> HttpResponse:
    facts, found = oauth.authenticate_discovery(
        token=body.discovery_oauth_token, verifier=body.pkce_code_verifier, now=request.now
    )
    tenants = facts.identity.tenants
    of_provider = {
        "provider_type": PROVIDERS[facts.by].label,
        "provider_tenant_id": tenants[0] if tenants else "",
        "provider_tenant_ids": list(tenants),
        "full_name": facts.identity.name,
    }
    return edge.ok(request, {**mailed.recognition(found), **of_provider})
