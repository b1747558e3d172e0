"""Coming back from a provider: only the browser that set out may use what it brings."""

from django.http import HttpResponse
from django.urls import reverse

from accounts import entrance_refusals
from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected
from accounts.client.outcomes import AuthOutcome, Discovered
from accounts.departures import Departure
from accounts.forms import Link
from accounts.hydration import hydrate
from accounts.navigation import page
from accounts.service import identity, session_duration_minutes
from accounts.views import beside, discovery, doors


def landing(request: AuthRequest, form: Link) -> HttpResponse:
    """The visit uses nothing up: its button does, which a script presses."""
    departure = set_out_here(request, form)
    if departure is None:
        return elsewhere(request)
    return page(request, "accounts/returned.html", {"form": form})


def enter(request: AuthRequest, form: Link) -> HttpResponse:
    departure = set_out_here(request, form)
    if departure is None:
        return elsewhere(request)
    try:
        outcome = consume(request, departure, form.cleaned_data["token"])
    except RateLimited:
        raise
    except Rejected as no:
        return failed(request, no=no)
    request.auth.replace(departure=None)
    if isinstance(outcome, Discovered):
        return discovery.enter(request, outcome, next=departure.next)
    return hydrate(request, outcome, next=departure.next)


def consume(request: AuthRequest, departure: Departure, token: str) -> AuthOutcome:
    providers, verifier = identity().providers, departure.verifier
    if departure.brings == "discovery_oauth":
        return providers.authenticate_discovery_oauth(token, pkce_code_verifier=verifier)
    is_sso = departure.brings == "sso"
    authenticate = providers.authenticate_sso if is_sso else providers.authenticate_oauth
    return authenticate(
        token,
        pkce_code_verifier=verifier,
        session_duration_minutes=session_duration_minutes(),
        **doors.token_of(doors.held(request, departure.organization_id)),
    )


def set_out_here(request: AuthRequest, form: Link) -> Departure | None:
    departure = request.auth.credentials.departure
    token_type = form.cleaned_data["stytch_token_type"]
    return departure if departure and departure.brings == token_type else None


def elsewhere(request: AuthRequest) -> HttpResponse:
    """Somebody else's sign-in, or one given up: it must not become this browser's (QUALITY 22)."""
    context = {**beside.session(request), "back": back(request)}
    return page(request, "accounts/returned_elsewhere.html", context, status=400)


def failed(request: AuthRequest, *, error: str = "", no: Rejected | None = None) -> HttpResponse:
    """Cancelled, silent, too late or not let in: what happened, and the way back."""
    text = entrance_refusals.of_provider(no) if no else entrance_refusals.of_error(error)
    context = {
        "text": text,
        "back": back(request),
        **beside.session(request),
    }
    request.auth.replace(departure=None)
    return page(request, "accounts/returned_without.html", context)


def back(request: AuthRequest) -> str:
    """Where the way began: the step that waits, an organization's page, or the sign-in."""
    departure = request.auth.credentials.departure
    if doors.step(request) is not None:
        return reverse("accounts:step_up")
    if departure is not None and departure.organization_id:
        return reverse("accounts:organization_login", args=[departure.organization_id])
    return reverse("accounts:login")
