"""An organization's own entrance: which one it is, what it accepts, and what is brought along."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.utils import timezone

from accounts import methods
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.entities import Organization
from accounts.client.errors import RateLimited, Rejected
from accounts.client.outcomes import PrimaryRequired
from accounts.methods import Ways
from accounts.navigation import page
from accounts.pending import CodeSent
from accounts.service import identity, offered_providers

P = ParamSpec("P")
View = Callable[Concatenate[AuthRequest, Organization, P], HttpResponse]


def at_organization(view: View[P]) -> Callable[..., HttpResponse]:
    """Hand the view the organization that the address names, to anybody.

    Only its slug and its id are public; the external id, by which the service would find it too,
    is its customer's own business.
    """

    @wraps(view)
    def enter(
        request: AuthRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        organization = find(slug)
        if organization is None:
            return page(request, "accounts/organization_unknown.html", {}, status=404)
        return view(request, organization, *args, **kwargs)

    return anonymous_allowed(enter)


def find(slug: str) -> Organization | None:
    try:
        organization = identity().organizations.get(slug)
    except RateLimited:
        raise
    except Rejected:
        return None
    public = (organization.slug.casefold(), organization.organization_id)
    return organization if slug.casefold() in public else None


def ways(organization: Organization) -> Ways:
    return methods.ways(
        methods.allowed(organization),
        providers=offered_providers(),
        connections=organization.sso_active_connections,
    )


def ways_of(step: PrimaryRequired) -> Ways:
    """What the step accepts and is set up; the connections are asked for when they matter."""
    sso = methods.SSO in step.allowed_auth_methods
    organization = find(step.organization_id) if sso else None
    return methods.ways(
        step.allowed_auth_methods,
        providers=offered_providers(),
        connections=organization.sso_active_connections if organization else (),
    )


def slug_of(step: PrimaryRequired) -> str:
    return step.organization_slug or step.organization_id


def step(request: AuthRequest) -> PrimaryRequired | None:
    """The step that wants another way in, also while a mail for it is on its way."""
    pending = request.auth.credentials.pending
    held = pending.held if isinstance(pending, CodeSent) else pending
    alive = isinstance(held, PrimaryRequired) and held.intermediate.expires_at > timezone.now()
    return held if alive and isinstance(held, PrimaryRequired) else None


def held(
    request: AuthRequest, organization_id: str, *, email_address: str = ""
) -> PrimaryRequired | None:
    """The step for this organization that what is proven now is to be added to.

    Somebody else's address is somebody else's sign-in: it starts from nothing.
    """
    found = step(request)
    if found is None or found.organization_id != organization_id:
        return None
    same = email_address.casefold() in {"", found.email_address.casefold()}
    return found if same else None


def token_of(step: PrimaryRequired | None) -> dict[str, Any]:
    """The session fields of a call that adds to the step, or begins without one."""
    if step is None or step.intermediate.expires_at <= timezone.now():
        return {}
    return {"intermediate_token": step.intermediate.token}
