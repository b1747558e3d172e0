"""Setting out for a provider: the browser keeps the verifier and takes the challenge along."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import departures
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client import pkce
from accounts.client.entities import Organization
from accounts.departures import Departure
from accounts.navigation import page, safe_next
from accounts.service import identity, offered_providers, public_url
from accounts.templatetags.ui import METHODS
from accounts.views import doors


@anonymous_allowed
@require_POST
def discovery(request: AuthRequest, provider: str) -> HttpResponse:
    if provider not in offered_providers():
        raise Http404
    departure = departing(request, f"{provider}_oauth")
    url = identity().providers.discovery_start_url(
        provider, redirect_url=landing(request), pkce_code_challenge=challenge(departure)
    )
    return depart(request, departure, url=url, to=METHODS[departure.method])


@doors.at_organization
@require_POST
def oauth(request: AuthRequest, organization: Organization, provider: str) -> HttpResponse:
    if provider not in doors.ways(organization).providers:
        raise Http404
    departure = departing(request, f"{provider}_oauth", organization=organization)
    url = identity().providers.oauth_start_url(
        provider,
        organization_id=organization.organization_id,
        redirect_url=landing(request),
        pkce_code_challenge=challenge(departure),
    )
    return depart(request, departure, url=url, to=METHODS[departure.method])


@doors.at_organization
@require_POST
def sso(request: AuthRequest, organization: Organization, connection_id: str) -> HttpResponse:
    known = {each.connection_id: each for each in doors.ways(organization).connections}
    if connection_id not in known:
        raise Http404
    departure = departing(request, "sso", organization=organization)
    url = identity().providers.sso_start_url(
        connection_id,
        redirect_url=landing(request),
        pkce_code_challenge=challenge(departure),
    )
    return depart(request, departure, url=url, to=known[connection_id].display_name or "SSO")


def departing(
    request: AuthRequest, method: str, *, organization: Organization | None = None
) -> Departure:
    """A step that waits knows itself where it was going, and who is to come back."""
    departure = Departure(method, timezone.now(), pkce.begin().verifier)
    if organization is not None:
        departure = replace(departure, organization_id=organization.organization_id)
    held = doors.held(request, departure.organization_id) if organization is not None else None
    if held is not None:
        return replace(departure, email_address=held.email_address)
    return replace(departure, next=safe_next(request, request.POST.get("next", "")))


def depart(request: AuthRequest, departure: Departure, *, url: str, to: str) -> HttpResponse:
    """Not by redirect: Chromium holds every hop after a form to `form-action`, and the last is the
    provider. A refresh is a navigation of its own; without one the page has a link.
    """
    away = (*request.auth.credentials.departures, departure)[-departures.MOST :]
    request.auth.keep(departures=away)
    response = page(request, "accounts/departing.html", {"url": url, "to": to})
    response["Refresh"] = f"0; url={url}"
    return response


def challenge(departure: Departure) -> str:
    return pkce.Pkce(departure.verifier).challenge


def landing(request: AuthRequest) -> str:
    return public_url(request, reverse("accounts:authenticate"))
