"""Choosing an organization once the address is proven."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import refusals
from accounts.access import during
from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected, StepExpired
from accounts.client.outcomes import Discovered, Pending
from accounts.hydration import hydrate
from accounts.navigation import go, page
from accounts.service import identity, may_create_organizations, session_duration_minutes
from accounts.views import beside, mailing
from orgswitcher import choices, forms
from orgswitcher.rediscovery import rediscovered


@during(Pending)
@require_safe
def organizations(request: AuthRequest, step: Pending) -> HttpResponse:
    discovered = rediscovered(request, step)
    if isinstance(discovered, HttpResponse):
        return discovered
    if not discovered.organizations or came_to_create(request):
        return go(request, "orgswitcher:organization_new")
    return page(request, "orgswitcher/organizations.html", rows(request, discovered))


@during(Pending)
@require_POST
def choose(request: AuthRequest, step: Pending) -> HttpResponse:
    form = forms.Choice(request.POST)
    if not form.is_valid():
        return go(request, "orgswitcher:organizations")
    try:
        outcome = identity().discovery.exchange(
            step.intermediate.token,
            organization_id=form.cleaned_data["target"],
            session_duration_minutes=session_duration_minutes(),
        )
    except Rejected as no:
        return refuse(request, step, no)
    return hydrate(request, outcome)


def came_to_create(request: AuthRequest) -> bool:
    wants = request.auth.credentials.next == reverse("orgswitcher:organization_new")
    return wants and may_create_organizations()


def rows(request: AuthRequest, discovered: Discovered) -> dict[str, object]:
    every = choices.describe_all(discovered.organizations, email_address=discovered.email_address)
    found = choices.matching(every, forms.wanted(request.GET))
    return {
        "step": discovered,
        **beside.session(request),
        "joined": [choice for choice in found if choice.is_joined],
        "joinable": [choice for choice in found if not choice.is_joined],
        "is_searched": len(every) >= choices.MANY,
        "q": forms.wanted(request.GET),
        "may_create": may_create_organizations(),
    }


def refuse(request: AuthRequest, step: Pending, no: Rejected) -> HttpResponse:
    """Back to the choice with the reason, unless the whole step is over, or it is for later."""
    if isinstance(no, RateLimited):
        raise no
    if isinstance(no, StepExpired):
        return mailing.start_again(request, email_address=step.email_address, no=no)
    messages.error(request, refusals.say(no))
    return go(request, "orgswitcher:organizations")
