"""Creating an organization, with its short name shown as the name is typed."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import refusals
from accounts.access import SINCE, anonymous_allowed, is_for_another
from accounts.answers import with_wait
from accounts.auth import AuthRequest, MemberRequest
from accounts.client.errors import Rejected, StepExpired
from accounts.client.outcomes import Discovered, MfaRequired, Pending, PrimaryRequired
from accounts.hydration import hydrate
from accounts.navigation import go, page
from accounts.pending import sign_in_of
from accounts.service import identity, may_create_organizations, session_duration_minutes
from accounts.views import beside, mailing
from orgswitcher import forms
from orgswitcher.rediscovery import rediscovered
from outbound.mail_domains import organization_name_for

NOT_FOR_PEOPLE = "endpoint_not_authorized_for_sdk"
SLUG_ERRORS = ("organization_slug_already_used", "invalid_organization_slug")


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthRequest) -> HttpResponse:
    """Only a freshly proven address can create one; a member is asked to prove it again."""
    step = sign_in_of(request.auth.credentials.pending)
    if not may_create_organizations():
        return say_no(request)
    if not isinstance(step, Discovered | MfaRequired | PrimaryRequired):
        return ask_for_proof(request)
    if request.method != "POST":
        return begin(request, step)
    form = forms.Organization(request.POST)
    if form.is_valid() and is_for_another(request, step):
        form.add_error(None, SINCE.format(address=step.email_address))
    if not form.is_valid():
        return show(request, step, form)
    return create(request, step, form)


def create(request: AuthRequest, step: Pending, form: forms.Organization) -> HttpResponse:
    try:
        outcome = identity().discovery.create_organization(
            step.intermediate.token,
            name=form.cleaned_data["name"],
            slug="" if is_untouched(step, form) else form.cleaned_data["slug"],
            session_duration_minutes=session_duration_minutes(),
        )
    except Rejected as no:
        return refuse(request, step, form, no)
    # where the sign-in was going is here; the way on is into the new organization
    return hydrate(request, outcome, next=reverse("accounts:home"))


def is_untouched(step: Pending, form: forms.Organization) -> bool:
    """Sent as it was filled in: then a short name that is taken is ours to avoid, and one press
    is enough.
    """
    given = suggestion(step)
    return all(form.data.get(field) == given[field] for field in given)


def suggestion(step: Pending) -> dict[str, str]:
    """The name that the service would give, and the short name that goes with it."""
    name = organization_name_for(step.email_address)
    derived = forms.derive_slug(name)
    return {"name": name, "slug": derived, "derived": derived}


def say_no(request: AuthRequest, *, status: int = 200) -> HttpResponse:
    """Backends alone create organizations here; who is in none learns how to get into one."""
    step = sign_in_of(request.auth.credentials.pending)
    if request.auth.member is None and not isinstance(step, Pending):
        return go(request, "accounts:login")
    if isinstance(step, Pending) and request.auth.member is None:
        discovered = rediscovered(request, step)
        if isinstance(discovered, HttpResponse):
            return discovered
        if discovered.organizations:
            return go(request, "orgswitcher:organizations")
    context = {"step": step, **beside.session(request)}
    return page(request, "orgswitcher/none_new.html", context, status=status)


@anonymous_allowed
@require_safe
def slug(request: AuthRequest) -> HttpResponse:
    """The short name for what is typed so far; one that a person typed stays."""
    typed, derived = request.GET.get("slug", ""), request.GET.get("derived", "")
    made = forms.derive_slug(request.GET.get("name", ""))
    kept = typed if typed != derived else made
    form = forms.Organization(initial={"slug": kept, "derived": made})
    return page(request, "orgswitcher/new.html", {"form": form}, partial="slug-field")


@require_POST
def proof(request: MemberRequest) -> HttpResponse:
    """Mail a code to the member's own address: a session can't stand in for a fresh proof."""
    try:
        return mailing.send(
            request,
            email_address=request.member.email_address,
            method="code",
            next=reverse("orgswitcher:organization_new"),
        )
    except Rejected as no:
        context = {"refusal": refusals.say(no)}
        status = refusals.status_of(no)
        return with_wait(page(request, "orgswitcher/proof.html", context, status=status), no)


def ask_for_proof(request: AuthRequest) -> HttpResponse:
    if request.auth.member is None:
        return go(request, "accounts:login")
    return page(request, "orgswitcher/proof.html", {})


def begin(request: AuthRequest, step: Pending) -> HttpResponse:
    """Looking at the step first saves someone from typing into one that is over."""
    discovered = rediscovered(request, step)
    if isinstance(discovered, HttpResponse):
        return discovered
    alone = not discovered.organizations
    return show(request, step, forms.Organization(initial=suggestion(step)), alone=alone)


def show(
    request: AuthRequest,
    step: Pending,
    form: forms.Organization,
    *,
    alone: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "step": step, "alone": alone, **beside.session(request)}
    return page(request, "orgswitcher/new.html", context, status=status)


def refuse(
    request: AuthRequest, step: Pending, form: forms.Organization, no: Rejected
) -> HttpResponse:
    """A refused short name is shown for changing, also when it was made from the name."""
    if isinstance(no, StepExpired):
        return mailing.start_again(request, email_address=step.email_address, no=no)
    if no.error_type == NOT_FOR_PEOPLE:
        return say_no(request, status=403)
    sent = {**request.POST.dict(), "slug": request.POST.get("slug") or form.cleaned_data["slug"]}
    again = forms.Organization(sent)
    again.add_error("slug" if no.error_type in SLUG_ERRORS else None, refusals.say(no))
    return with_wait(show(request, step, again, status=refusals.status_of(no)), no)
