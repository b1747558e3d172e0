"""Setting a password through a mailed link."""

from django.http import HttpResponse

from accounts import answers, entrance_refusals, forms, refusals, visitors
from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected, WeakPassword
from accounts.client.outcomes import AuthOutcome
from accounts.client.passwords import Strength
from accounts.hydration import hydrate
from accounts.navigation import page
from accounts.password_forms import NewPassword
from accounts.pending import CodeSent
from accounts.service import identity, session_duration_minutes
from accounts.views import beside, doors, waiting
from accounts.views.strength import judge


def landing(request: AuthRequest, link: forms.Link) -> HttpResponse:
    step = asked_here(request, link.cleaned_data["asked"])
    address = step.email_address if step else ""
    form = NewPassword(initial={**link.cleaned_data, "email_address": address})
    return visitors.remember(request, asking(request, form))


def enter(request: AuthRequest, link: forms.Link) -> HttpResponse:
    form = NewPassword(request.POST)
    if not form.is_valid():
        return asking(request, form)
    step = asked_here(request, form.cleaned_data["asked"])
    try:
        outcome = consume(request, form, step)
    except WeakPassword as no:
        judged = judge(request, form.cleaned_data)  # add_error takes the password away
        form.add_error("password", entrance_refusals.of_new_password(no))
        return asking(request, form, strength=judged)
    except RateLimited as no:
        form.add_error("password", refusals.say(no))
        return answers.with_wait(asking(request, form, status=429), no)
    except Rejected:
        newest = waiting.link_in_hand(request)
        again = newest if newest and newest.method == "password" else None
        context = {"step": step or again, **beside.session(request)}
        return page(request, "accounts/password_link_used.html", context, status=410)
    if step is None:
        return hydrate(request, outcome)
    waiting.take_up(request, step)
    return hydrate(request, outcome, next=step.next, asked=step.email_address)


def consume(request: AuthRequest, form: NewPassword, step: CodeSent | None) -> AuthOutcome:
    return identity().passwords.reset_by_email(
        form.cleaned_data["token"],
        password=form.cleaned_data["password"],
        **visitors.at_mailbox(request, step.email_address if step else ""),
        session_duration_minutes=session_duration_minutes(),
        **doors.token_of(step.held if step else None),
    )


def asked_here(request: AuthRequest, mark: str) -> CodeSent | None:
    """The step that asked for this very mail; for any of this kind, where links have no mark."""
    step = waiting.for_mark(request, mark) or waiting.unmarked(request)
    return step if step and step.method == "password" else None


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
        "step": asked_here(request, str(form["asked"].value() or "")),
        **beside.session(request),
    }
    return page(request, "accounts/new_password.html", context, status=status)
