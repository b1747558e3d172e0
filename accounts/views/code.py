"""Waiting for the mail, and entering the code that came with it."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import forms, refusals, visitors
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected, StepExpired
from accounts.cookies import CodeSent
from accounts.hydration import hydrate
from accounts.navigation import go
from accounts.service import identity, session_duration_minutes
from accounts.views import discovery, doors, mailing, waiting


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: AuthRequest) -> HttpResponse:
    """Which code is meant the form itself says: another tab may have asked for another's since."""
    typed = request.POST.get("email_address", "")
    step = waiting.for_address(request, typed)
    if step is None and request.auth.credentials.sent:
        return of_another_step(request, typed)
    if step is None or mailing.has_expired(step):
        return begin_anew(request, step)
    if request.method != "POST":
        return mailing.waiting(request, step)
    form = forms.Code(request.POST)
    if not form.is_valid():
        return mailing.waiting(request, step, form=form)
    return verify(request, step, form)


def verify(request: AuthRequest, step: CodeSent, form: forms.Code) -> HttpResponse:
    try:
        return enter(request, step, form.cleaned_data["code"])
    except StepExpired:
        form.add_error("code", refusals.WRONG_CODE)
        return mailing.waiting(request, step, form=form)
    except Rejected as no:
        form.add_error("code", refusals.say_of_code(no))
        return mailing.waiting(request, step, form=form, status=refusals.status_of(no))


def enter(request: AuthRequest, step: CodeSent, code: str) -> HttpResponse:
    factors, by = identity().factors, visitors.at_mailbox(request, step.email_address)
    if step.held is None:
        discovered = factors.authenticate_discovery_code(step.email_address, code, **by)
        waiting.take_up(request, step)
        return discovery.enter(request, discovered, next=step.next, wish=step)
    outcome = factors.authenticate_code(
        organization_id=step.organization_id,
        email_address=step.email_address,
        code=code,
        session_duration_minutes=session_duration_minutes(),
        **by,
        **doors.token_of(step.held),
    )
    waiting.take_up(request, step)
    return hydrate(request, outcome, next=step.next, asked=step.email_address)


def begin_anew(request: AuthRequest, step: CodeSent | None) -> HttpResponse:
    """The step is over or its cookie is gone; the form that was open still knows the address."""
    if step and step != request.auth.credentials.pending:
        notice = refusals.TOOK_TOO_LONG
        return mailing.ask_anew(
            request, email_address=step.email_address, next=step.next, notice=notice
        )
    if step and step.organization_id:
        return begin_there(request, step)
    if step:
        return mailing.start_again(request, email_address=step.email_address, next=step.next)
    return mailing.start_again(request, email_address=request.POST.get("email_address", ""))


def of_another_step(request: AuthRequest, email_address: str) -> HttpResponse:
    """No code to this address is awaited here any more: told so, and nothing is tried by it."""
    other = request.auth.credentials.sent[0].email_address
    notice = refusals.OTHER_STEP.format(other=other)
    return mailing.ask_anew(request, email_address=email_address, notice=notice)


def begin_there(request: AuthRequest, step: CodeSent) -> HttpResponse:
    """Back to the organization's page that asked for the mail, with the address and the way on."""
    request.auth.replace(pending=None, next=step.next, email_address=step.email_address)
    messages.info(request, refusals.TOOK_TOO_LONG)
    return go(request, reverse("accounts:organization_login", args=[step.organization_slug]))
