"""Signing in to one organization with a password, and asking for a link to set one."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import answers, entrance_refusals, refusals, visitors
from accounts.auth import AuthRequest
from accounts.client.entities import Organization
from accounts.client.errors import PasswordResetRequired, Rejected
from accounts.client.outcomes import AuthOutcome
from accounts.hydration import hydrate
from accounts.navigation import page
from accounts.password_forms import Forgotten, Password
from accounts.service import identity, session_duration_minutes
from accounts.views import doors, mailing, waiting
from accounts.views.login import arrival
from accounts.views.organization_login import around, wished


@doors.at_organization
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: AuthRequest, organization: Organization) -> HttpResponse:
    """Pressed beside the address alone, it asks for the password; with both, it signs in."""
    if "password" not in request.POST:
        return asking(request, organization, Password(initial=brought(request, organization)))
    form = Password(request.POST)
    if not form.is_valid():
        return asking(request, organization, form)
    try:
        outcome = prove(request, organization, form)
    except PasswordResetRequired:
        return asking(request, organization, form, reset=True)
    except Rejected as no:
        form.add_error("password", entrance_refusals.of_password(no))
        response = asking(request, organization, form, status=refusals.status_of(no))
        return answers.with_wait(response, no)
    address = form.cleaned_data["email_address"]
    return hydrate(request, outcome, next=form.cleaned_data["next"], asked=address)


@doors.at_organization
@require_POST
def forgot(request: AuthRequest, organization: Organization) -> HttpResponse:
    """Set for the first time or anew, it is one mail; nobody learns which, or whether."""
    step = waiting.for_address(request, request.POST.get("again", ""))
    if "email_address" not in request.POST and step is not None:
        return mailing.repeat(request, step, method="password")
    form = Forgotten(request.POST)
    if not form.is_valid():
        return asking(request, organization, form)
    wish = wished(request, organization, form, method="password")
    try:
        return mailing.send_for(request, wish)
    except Rejected as no:
        form.add_error("email_address", refusals.say(no))
        response = asking(request, organization, form, status=refusals.status_of(no))
        return answers.with_wait(response, no)


def prove(request: AuthRequest, organization: Organization, form: Password) -> AuthOutcome:
    address = form.cleaned_data["email_address"]
    held = doors.held(request, organization.organization_id, email_address=address)
    return identity().passwords.authenticate(
        organization_id=organization.organization_id,
        email_address=address,
        password=form.cleaned_data["password"],
        **visitors.at_password(request, address, organization_id=organization.organization_id),
        session_duration_minutes=session_duration_minutes(),
        **doors.token_of(held),
    )


def brought(request: AuthRequest, organization: Organization) -> dict[str, str]:
    """The address typed on the page before, or that of the step."""
    held = doors.held(request, organization.organization_id)
    known = {"email_address": held.email_address} if held else {}
    typed = {name: request.POST[name] for name in ("email_address", "next") if name in request.POST}
    return {**arrival(request), **known, **typed}


def asking(
    request: AuthRequest,
    organization: Organization,
    form: Password,
    *,
    reset: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "ways": doors.ways(organization),
        "reset": reset,
        **around(request, organization),
    }
    return page(request, "accounts/password.html", context, status=status)
