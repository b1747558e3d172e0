"""One person, many organizations: the list of them, and moving between them."""

from collections.abc import Mapping
from types import MappingProxyType

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import lifetime, refusals, scripts
from accounts.auth import MemberRequest
from accounts.client.entities import DiscoveredOrganization
from accounts.client.errors import RateLimited, Rejected, SessionExpired
from accounts.client.outcomes import MfaRequired, PrimaryRequired
from accounts.hydration import ANYBODY, hydrate
from accounts.navigation import go, page
from accounts.service import identity, may_create_organizations
from accounts.views import beside, mailing
from accounts.views.session import state
from orgswitcher import choices, forms

# What scripts hear of a step that is due: the field of the API that tells it.
STEPS: Mapping[type, str] = MappingProxyType(
    {MfaRequired: "mfa_required", PrimaryRequired: "primary_required"}
)


@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return move(request)
    try:
        organizations = identity().discovery.organizations(session_token=token_of(request))
    except Rejected as no:
        return refuse(request, no, back_to="accounts:home")
    if scripts.prefers_json(request):
        return tell(request, organizations)
    return show(request, organizations)


def move(request: MemberRequest) -> HttpResponse:
    """Where more is asked for, the outcome is a step, and the session here stays what it was."""
    form = forms.Choice(scripts.sent(request))
    if not form.is_valid() and scripts.prefers_json(request):
        return scripts.refused("bad_request", "There is no organization of that id.")
    if not form.is_valid() or form.cleaned_data["target"] == request.member.organization_id:
        return onward(request, go(request, "accounts:home"))
    try:
        outcome = identity().sessions.exchange(
            token_of(request),
            organization_id=form.cleaned_data["target"],
            session_duration_minutes=lifetime.minutes_ahead(request.member),
        )
    except Rejected as no:
        return refuse(request, no, back_to="orgswitcher:switch")
    answer = hydrate(request, outcome, asked=ANYBODY)  # the service moves nobody but the member
    return onward(request, answer, step=STEPS.get(type(outcome)))


def onward(
    request: MemberRequest, answer: HttpResponse, *, step: str | None = None
) -> HttpResponse:
    """Scripts are told in JSON: the session, the `step` that is due if any, and where it leads."""
    if not scripts.prefers_json(request):
        return answer
    told = state(request, request.auth.member, step=step, next=answer["Location"])
    return scripts.in_place_of(answer, told)


@require_POST
def proof(request: MemberRequest) -> HttpResponse:
    """Mail a code to the member's own address; what it proves counts everywhere."""
    try:
        return mailing.send(
            request, email_address=request.member.email_address, method="code", next=""
        )
    except Rejected as no:
        return refuse(request, no, back_to="orgswitcher:switch")


def tell(request: MemberRequest, organizations: tuple[DiscoveredOrganization, ...]) -> HttpResponse:
    """The list for scripts, in the words of the API, as far as a page shows it."""
    found = choices.tell(organizations, wanted=forms.wanted(request.GET))
    address = request.member.email_address
    return JsonResponse({"email_address": address, "discovered_organizations": found})


def show(request: MemberRequest, organizations: tuple[DiscoveredOrganization, ...]) -> HttpResponse:
    every = choices.describe_all(organizations, email_address=request.member.email_address)
    wanted = forms.wanted(request.GET)
    context = {
        **beside.step(request),
        "choices": choices.matching(every, wanted),
        "is_searched": len(every) >= choices.MANY,
        "q": wanted,
        "may_create": may_create_organizations(),
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
    if scripts.prefers_json(request):
        return scripts.refused(no.error_type, refusals.say(no))
    messages.error(request, refusals.say(no))
    return go(request, back_to)
