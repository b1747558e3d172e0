"""The API: its routers, where they are mounted, and what answers when something goes wrong."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from identity.api import (
    callbacks,
    discovery,
    edge,
    jwks,
    magic_links,
    member_factors,
    members,
    oauth,
    organizations,
    otps,
    passwords,
    project,
    public,
    rbac,
    recovery_codes,
    refusals,
    sessions,
    sms,
    sso,
    totp,
    unoffered_passwords,
)
from identity.api.json_body import JsonParser
from identity.errors import ApiError, bad_request

# No docs pages: the contract is Stytch's, and nothing here is for browsers.
api = NinjaAPI(
    title="Foyer identity",
    parser=JsonParser(),
    auth=edge.project_auth,
    openapi_url=None,
    docs_url=None,
    urls_namespace="identity",
)
# Fixed paths (`/search`) before those with an id in the same place.
api.add_router("/b2b/organizations", members.router)
api.add_router("/b2b/organizations", member_factors.router)
api.add_router("/b2b/organizations", organizations.router)
api.add_router("/b2b/sessions/jwks", jwks.router)
api.add_router("/b2b/sessions", sessions.router)
api.add_router("/b2b/discovery", discovery.router)
api.add_router("/b2b/magic_links", magic_links.router)
api.add_router("/b2b/otps/sms", sms.router)
api.add_router("/b2b/otps", otps.router)
api.add_router("/b2b/totp", totp.router)
api.add_router("/b2b/recovery_codes", recovery_codes.router)
api.add_router("/b2b/passwords", passwords.router)
api.add_router("/b2b/passwords", unoffered_passwords.router)
api.add_router("/b2b/oauth", oauth.router)
api.add_router("/b2b/sso", sso.router)
api.add_router("/b2b/rbac", rbac.router)
api.add_router("", public.router)
api.add_router("", callbacks.router)
api.add_router("", project.router)


@api.exception_handler(ApiError)
def refused(request: edge.ApiRequest, error: ApiError) -> HttpResponse:
    return edge.refuse(request, error)


@api.exception_handler(ValidationError)
def not_valid(request: edge.ApiRequest, error: ValidationError) -> HttpResponse:
    return edge.refuse(request, refusals.of_validation(error))


@api.exception_handler(HttpError)
def not_understood(request: edge.ApiRequest, error: HttpError) -> HttpResponse:
    return edge.refuse(request, refusals.of_http(error))


@api.exception_handler(SuspiciousOperation)
def suspicious(request: edge.ApiRequest, error: SuspiciousOperation) -> HttpResponse:
    """Too many query parameters, for one."""
    refusal = bad_request("bad_request", "The request could not be understood.")
    return edge.refuse(request, refusal)


@api.exception_handler(Exception)
def broken(request: edge.ApiRequest, error: Exception) -> HttpResponse:
    return edge.refuse(request, refusals.of_bug(error, request_id=request.request_id))
