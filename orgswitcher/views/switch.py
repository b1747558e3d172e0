"""One person, many organizations: the list of them, and moving between them."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import lifetime, refusals
from accounts.auth import MemberRequest
from accounts.client.entities import DiscoveredOrganization
from accounts.client.errors import RateLimited, Rejected, SessionExpired
from accounts.hydration import ANYBODY, hydrate
from accounts.navigation import go, page
from accounts.service import identity
from accounts.views import beside, mailing
from orgswitcher import choices, forms


@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return move(request)
    try:
        organizations = identity().discovery.organizations(session_token=token_of(request))
    except Rejected as no:
        return refuse(request, no, back_to="accounts:home")
    return show(request, organizations)


def move(request: MemberRequest) -> HttpResponse:
    """Where more is asked for, the outcome is a step, and the session here stays what it was."""
    form = forms.Choice(request.POST)
    if not form.is_valid() or form.cleaned_data["target"] == request.member.organization_id:
        return go(request, "accounts:home")
    try:
        outcome = identity().sessions.exchange(
            token_of(request),
            organization_id=form.cleaned_data["target"],
            session_duration_minutes=lifetime.minutes_ahead(request.member),
        )
    except Rejected as no:
        return refuse(request, no, back_to="orgswitcher:switch")
    return hydrate(request, outcome, asked=ANYBODY)  # the service moves nobody but the member


@require_POST
def proof(request: MemberRequest) -> HttpResponse:
    """Mail a code to the member's own address; what it proves counts everywhere."""
    try:
        return mailing.send(
            request, email_address=request.member.email_address, method="code", next=""
        )
    except Rejected as no:
        return refuse(request, no, back_to="orgswitcher:switch")


def show(request: MemberRequest, organizations: tuple[DiscoveredOrganization, ...]) -> HttpResponse:
    every = choices.describe_all(organizations, email_address=request.member.email_address)
    wanted = forms.wanted(request.GET)
    context = {
        **beside.step(request),
        "choices": choices.matching(every, wanted),
        "is_searched": len(every) >= choices.MANY,
        "q": wanted,
        "came_in_by": choices.came_in_by(request.member) if len(every) <= 1 else "",
    }
    return page(request, "orgswitcher/switch.html", context, partial="switch-panel")


def token_of(request: MemberRequest) -> str:
    """A member has a session; an empty token would be refused by the service all the same."""
    tokens = request.auth.credentials.session
    return tokens.session_token if tokens else ""


def refuse(request: MemberRequest, no: Rejected, *, back_to: str) -> HttpResponse:
    if isinstance(no, SessionExpired | RateLimited):
        raise no  # signing in again is the middleware's to ask, and so is coming back later
    messages.error(request, refusals.say(no))
    return go(request, back_to)
