"""An organization's own sign-in page: its name, its logo, and exactly the methods it allows."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import answers, forms, refusals
from accounts.auth import AuthRequest
from accounts.client.entities import Organization
from accounts.client.errors import Rejected
from accounts.navigation import go, page, safe_next
from accounts.pending import CodeSent
from accounts.service import is_demo
from accounts.views import beside, choices, doors, mailing
from accounts.views.login import arrival


@doors.at_organization
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: AuthRequest, organization: Organization) -> HttpResponse:
    member = request.auth.member
    if request.method == "POST":
        return send(request, organization, method="code")
    if member and member.organization_id == organization.organization_id:
        return go(request, safe_next(request, request.GET.get("next", "")))
    return asking(request, organization, forms.Login(initial=arrival(request)))


@doors.at_organization
@require_POST
def link(request: AuthRequest, organization: Organization) -> HttpResponse:
    return send(request, organization, method="link")


def send(
    request: AuthRequest, organization: Organization, *, method: mailing.Method
) -> HttpResponse:
    form = forms.Login(request.POST)
    if not form.is_valid():
        return asking(request, organization, form)
    wish = wished(request, organization, form, method=method)
    try:
        return mailing.send_for(request, wish)
    except Rejected as no:
        form.add_error("email_address", refusals.say(no))
        response = asking(request, organization, form, status=refusals.status_of(no))
        return answers.with_wait(response, no)


def wished(
    request: AuthRequest, organization: Organization, form: forms.Login, *, method: mailing.Method
) -> CodeSent:
    address = form.cleaned_data["email_address"]
    held = doors.held(request, organization.organization_id, email_address=address)
    onward = form.cleaned_data["next"] or (request.auth.credentials.going if held else "")
    return CodeSent(
        email_address=held.email_address if held and held.email_address else address,
        method=method,
        sent_at=timezone.now(),
        next=safe_next(request, onward),
        organization_id=organization.organization_id,
        organization_name=organization.name,
        organization_slug=organization.slug,
        held=held,
    )


def asking(
    request: AuthRequest, organization: Organization, form: forms.Login, *, status: int = 200
) -> HttpResponse:
    ways = doors.ways(organization)
    context = {
        "form": form,
        "ways": ways,
        "choices": choices.elsewhere(ways, slug=organization.slug),
        "is_demo": is_demo(),
        **around(request, organization),
    }
    return page(request, "accounts/organization_login.html", context, status=status)


def around(request: AuthRequest, organization: Organization) -> dict[str, object]:
    """What every page of the entrance shows."""
    return {
        "organization": organization,
        "slug": doors.address_of(organization),
        "last_method": request.auth.credentials.last_method,
        "step": doors.held(request, organization.organization_id),
        **beside.session(request),
    }
