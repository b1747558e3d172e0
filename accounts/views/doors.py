"""An organization's own entrance: which one it is, what it accepts, and what is brought along."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.urls import resolve, reverse
from django.utils import timezone

from accounts import methods
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.entities import Organization
from accounts.client.errors import RateLimited, Rejected
from accounts.client.outcomes import PrimaryRequired
from accounts.methods import Ways
from accounts.navigation import go, page
from accounts.pending import CodeSent
from accounts.service import identity, offered_providers

P = ParamSpec("P")
View = Callable[Concatenate[AuthRequest, Organization, P], HttpResponse]


def at_organization(view: View[P]) -> Callable[..., HttpResponse]:
    """Hand the view the organization that the address names, to anybody.

    It has one address; who looks by another spelling of it is sent on, and what is sent is taken.
    """

    @wraps(view)
    def enter(
        request: AuthRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        organization = find(slug)
        if organization is None:
            return page(request, "accounts/organization_unknown.html", {}, status=404)
        if request.method in {"GET", "HEAD"} and slug != address_of(organization):
            return go(request, _spelled(request, address_of(organization)))
        return view(request, organization, *args, **kwargs)

    return anonymous_allowed(enter)


def find(slug: str) -> Organization | None:
    """By its slug, in any case, and its id, which are public.

    Its external id, by which the service would find it too, is its customer's own business. Only
    ASCII: casefold() makes an "s" of a long one, so that another word would find it.
    """
    if not slug.isascii():
        return None
    try:
        organization = identity().organizations.get(slug)
    except RateLimited:
        raise
    except Rejected:
        return None
    public = (organization.slug.casefold(), organization.organization_id)
    return organization if slug.casefold() in public else None


def address_of(organization: Organization) -> str:
    """How its pages name it; not every service says a slug."""
    return organization.slug or organization.organization_id


def _spelled(request: AuthRequest, slug: str) -> str:
    """This very page in the one true spelling, with all that was asked of it."""
    match = resolve(request.path_info)
    path = reverse(match.view_name, kwargs={**match.kwargs, "slug": slug})
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


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
