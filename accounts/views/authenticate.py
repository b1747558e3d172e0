"""Where mailed links land: a page whose button uses the link up, never the visit itself."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import forms
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected
from accounts.client.outcomes import AuthOutcome, Discovered
from accounts.cookies import CodeSent
from accounts.hydration import hydrate
from accounts.navigation import page
from accounts.service import identity, session_duration_minutes
from accounts.views import beside, discovery


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def authenticate(request: AuthRequest) -> HttpResponse:
    form = forms.Link(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        response = page(request, "accounts/link_unknown.html", {}, status=400)
    elif request.method == "POST":
        response = follow(request, form)
    else:
        response = landing(request, form)
    # The address of this page holds the token, so nobody is told more of it than the origin. With
    # no-referrer browsers would send "Origin: null" along with the form, and CSRF would refuse it.
    response["Referrer-Policy"] = "strict-origin"
    return response


def landing(request: AuthRequest, form: forms.Link) -> HttpResponse:
    """Mail scanners fetch links and some press buttons: only the browser that asked goes on."""
    step = asked_here(request, form)
    member = request.auth.member
    stranger = member is not None and (step is None or step.email_address != member.email_address)
    context = {
        "form": form,
        "step": step,
        "member": member,
        "replaces": stranger,
        "is_invite": form.cleaned_data["stytch_token_type"] == forms.ORGANIZATION,
        "autosubmit": step is not None and not stranger,
    }
    return page(request, "accounts/link.html", context)


def follow(request: AuthRequest, form: forms.Link) -> HttpResponse:
    step = asked_here(request, form)
    try:
        return enter(request, form, next=step.next if step else "")
    except RateLimited:
        raise
    except Rejected:
        context = {"step": step, **beside.session(request)}
        return page(request, "accounts/link_used.html", context, status=410)


def enter(request: AuthRequest, form: forms.Link, *, next: str) -> HttpResponse:
    outcome = consume(form)
    if isinstance(outcome, Discovered):
        return discovery.enter(request, outcome, next=next)
    return hydrate(request, outcome, next=next)


def consume(form: forms.Link) -> AuthOutcome:
    token = form.cleaned_data["token"]
    factors = identity().factors
    if form.cleaned_data["stytch_token_type"] == forms.DISCOVERY:
        return factors.authenticate_discovery_link(token)
    return factors.authenticate_link(token, session_duration_minutes=session_duration_minutes())


def asked_here(request: AuthRequest, form: forms.Link) -> CodeSent | None:
    """The step of this browser, if it asked for a link of this very kind."""
    step = request.auth.credentials.pending
    if not isinstance(step, CodeSent) or step.method != "link":
        return None
    of_organization = form.cleaned_data["stytch_token_type"] == forms.ORGANIZATION
    return step if of_organization == bool(step.organization_id) else None
