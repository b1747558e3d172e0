"""Coming back from a provider: only the browser that set out may use what it brings."""

from django.http import HttpResponse
from django.urls import reverse

from accounts import entrance_refusals
from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected, WrongCredentials
from accounts.client.outcomes import AuthOutcome, Discovered
from accounts.departures import Departure
from accounts.forms import Link
from accounts.hydration import hydrate
from accounts.navigation import page
from accounts.service import identity, session_duration_minutes
from accounts.views import beside, discovery, doors

# The verifier isn't the one that this token was begun with.
OF_ANOTHER_TAB = frozenset({"pkce_mismatch"})


def landing(request: AuthRequest, form: Link) -> HttpResponse:
    """The visit uses nothing up: its button does, which a script presses."""
    if not set_out_here(request, form):
        return elsewhere(request)
    return page(request, "accounts/returned.html", {"form": form})


def enter(request: AuthRequest, form: Link) -> HttpResponse:
    away = set_out_here(request, form)
    if not away:
        return elsewhere(request)
    try:
        departure, outcome = take(request, away, form.cleaned_data["token"])
    except RateLimited:
        raise
    except Rejected as no:
        return failed(request, no=no)
    others = (each for each in request.auth.credentials.departures if each != departure)
    request.auth.keep(departures=tuple(others))
    asked = departure.email_address
    if isinstance(outcome, Discovered):
        return discovery.enter(request, outcome, next=departure.next, asked=asked)
    return hydrate(request, outcome, next=departure.next, asked=asked)


def take(
    request: AuthRequest, away: tuple[Departure, ...], token: str
) -> tuple[Departure, AuthOutcome]:
    """Which tab's it is only its verifier tells: nothing else comes back that a browser chose, as
    redirect URLs are taken as registered. A wrong verifier leaves the token good (INFERRED of
    Stytch); in the one tab of nearly everybody the first is right.
    """
    *others, last = away
    for departure in others:
        try:
            return departure, consume(request, departure, token)
        except WrongCredentials as no:
            if no.error_type not in OF_ANOTHER_TAB:
                raise
    return last, consume(request, last, token)


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


def set_out_here(request: AuthRequest, form: Link) -> tuple[Departure, ...]:
    """The tabs of this browser that wait for this kind of token, the newest first."""
    token_type = form.cleaned_data["stytch_token_type"]
    away = reversed(request.auth.credentials.departures)
    return tuple(departure for departure in away if departure.brings == token_type)


def elsewhere(request: AuthRequest) -> HttpResponse:
    """Somebody else's sign-in, or one given up: it must not become this browser's (QUALITY 22)."""
    context = {**beside.session(request), "back": back(request)}
    return page(request, "accounts/returned_elsewhere.html", context, status=400)


def failed(request: AuthRequest, *, error: str = "", no: Rejected | None = None) -> HttpResponse:
    """Cancelled, silent, too late or not let in: what happened, and the way back.

    Which tab's that was nobody can tell for sure, so all of them may still come back.
    """
    text = entrance_refusals.of_provider(no) if no else entrance_refusals.of_error(error)
    context = {
        "text": text,
        "back": back(request),
        **beside.session(request),
    }
    return page(request, "accounts/returned_without.html", context)


def back(request: AuthRequest) -> str:
    """Where the way began: the step that waits, an organization's page, or the sign-in."""
    departure = last_away(request)
    if doors.step(request) is not None:
        return reverse("accounts:step_up")
    if departure is not None and departure.organization_id:
        return reverse("accounts:organization_login", args=[departure.organization_id])
    return reverse("accounts:login")


def last_away(request: AuthRequest) -> Departure | None:
    """The newest of the kind that came back; of any, when that isn't said."""
    token_type = request.GET.get("stytch_token_type") or request.POST.get("stytch_token_type")
    away = request.auth.credentials.departures[::-1]
    of_kind = (each for each in away if each.brings == token_type)
    return next(of_kind, next(iter(away), None))
