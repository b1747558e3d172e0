"""Waiting for the mail, and entering the code that came with it."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import forms, refusals
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected, StepExpired
from accounts.cookies import CodeSent
from accounts.service import client_ip, identity
from accounts.views import discovery, mailing


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: AuthRequest) -> HttpResponse:
    step = request.auth.credentials.pending
    if not isinstance(step, CodeSent) or mailing.has_expired(step):
        return begin_anew(request)
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
        form.add_error("code", refusals.say(no))
        return mailing.waiting(request, step, form=form, status=refusals.status_of(no))


def enter(request: AuthRequest, step: CodeSent, code: str) -> HttpResponse:
    discovered = identity().factors.authenticate_discovery_code(
        step.email_address, code, client_ip=client_ip(request)
    )
    return discovery.enter(request, discovered, next=step.next)


def begin_anew(request: AuthRequest) -> HttpResponse:
    """The step is over or its cookie is gone; the form that was open still knows the address."""
    step = request.auth.credentials.pending
    if isinstance(step, CodeSent):
        return mailing.start_again(request, email_address=step.email_address, next=step.next)
    return mailing.start_again(request, email_address=request.POST.get("email_address", ""))
