"""Setting a password through a mailed link."""

from django.http import HttpResponse

from accounts import answers, entrance_refusals, forms, refusals
from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected, WeakPassword
from accounts.client.outcomes import AuthOutcome
from accounts.client.passwords import Strength
from accounts.hydration import hydrate
from accounts.navigation import page
from accounts.password_forms import NewPassword
from accounts.pending import CodeSent
from accounts.service import client_ip, identity, session_duration_minutes
from accounts.views import beside, doors
from accounts.views.strength import judge


def landing(request: AuthRequest, link: forms.Link) -> HttpResponse:
    step = asked_here(request)
    address = step.email_address if step else ""
    return asking(request, NewPassword(initial={**link.cleaned_data, "email_address": address}))


def enter(request: AuthRequest, link: forms.Link) -> HttpResponse:
    form = NewPassword(request.POST)
    if not form.is_valid():
        return asking(request, form)
    step = asked_here(request)
    try:
        outcome = consume(request, form, step)
    except WeakPassword as no:
        judged = judge(form.cleaned_data)  # add_error takes the password away
        form.add_error("password", entrance_refusals.of_new_password(no))
        return asking(request, form, strength=judged)
    except RateLimited as no:
        form.add_error("password", refusals.say(no))
        return answers.with_wait(asking(request, form, status=429), no)
    except Rejected:
        context = {"step": step, **beside.session(request)}
        return page(request, "accounts/password_link_used.html", context, status=410)
    return hydrate(request, outcome, next=step.next if step else "")


def consume(request: AuthRequest, form: NewPassword, step: CodeSent | None) -> AuthOutcome:
    return identity().passwords.reset_by_email(
        form.cleaned_data["token"],
        password=form.cleaned_data["password"],
        client_ip=client_ip(request),
        session_duration_minutes=session_duration_minutes(),
        **doors.token_of(step.held if step else None),
    )


def asked_here(request: AuthRequest) -> CodeSent | None:
    step = request.auth.credentials.pending
    return step if isinstance(step, CodeSent) and step.method == "password" else None


def asking(
    request: AuthRequest,
    form: NewPassword,
    *,
    strength: Strength | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "strength": strength,
        "step": asked_here(request),
        **beside.session(request),
    }
    return page(request, "accounts/new_password.html", context, status=status)
