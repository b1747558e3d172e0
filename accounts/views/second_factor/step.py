"""Entering the pages of a second step, proving it, and starting over when it is over."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import messages
from django.http import HttpResponse

from accounts import answers, refusals
from accounts.access import anonymous_allowed, is_for_another, to_step_of_today
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected, SessionExpired, StepExpired
from accounts.client.outcomes import Authenticated, MfaRequired
from accounts.client.second_factors import MemberStep
from accounts.hydration import hydrate
from accounts.navigation import go, page, whereabouts
from accounts.pending import sign_in_of
from accounts.service import is_demo, session_duration_minutes
from accounts.views import beside, mailing

StepView = Callable[[AuthRequest, MfaRequired], HttpResponse]


def at_step(view: StepView) -> Callable[[AuthRequest], HttpResponse]:
    """Like `during(MfaRequired)`; a form that outlived the step begins anew with its address."""

    @wraps(view)
    def enter(request: AuthRequest, /) -> HttpResponse:
        step = sign_in_of(request.auth.credentials.pending)
        if not isinstance(step, MfaRequired):
            return elsewhere(request)
        if is_for_another(request, step):
            return to_step_of_today(request, step)
        try:
            return view(request, step)
        except StepExpired:
            return start_over(request, step.email_address, target=step.organization_id)

    return anonymous_allowed(enter)


def elsewhere(request: AuthRequest) -> HttpResponse:
    sent, pending = request.POST, request.auth.credentials.pending
    if pending is None and sent.get("email_address"):
        return start_over(request, sent["email_address"], target=sent.get("target", ""))
    return go(request, whereabouts(request))


def start_over(request: AuthRequest, email_address: str, *, target: str) -> HttpResponse:
    """Who is signed in elsewhere chooses again; who is there already pressed twice."""
    member, onward = request.auth.member, request.auth.credentials.next
    if member is None:
        return mailing.start_again(request, email_address=email_address, next=onward)
    request.auth.replace(pending=None)
    if member.organization_id == target:
        return go(request, "accounts:home")
    messages.info(request, refusals.TOOK_TOO_LONG_HERE)
    return go(request, "orgswitcher:switch")


def remembered(step: MfaRequired) -> dict[str, str]:
    """What every form of the step carries, for the day it is sent after the step's end."""
    return {"email_address": step.email_address, "target": step.organization_id}


def of_step(step: MfaRequired) -> MemberStep:
    """Whose second step it is, for the client."""
    return {
        "organization_id": step.organization_id,
        "member_id": step.member_id,
        "intermediate_token": step.intermediate.token,
        "session_duration_minutes": session_duration_minutes(),
    }


def show(
    request: AuthRequest,
    step: MfaRequired,
    name: str,
    *,
    form: forms.Form | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """A page of the step; under htmx a form that was sent comes back alone."""
    known = {"step": step, "form": form, "is_demo": is_demo()}
    context = {**known, **beside.session(request), **more}
    partial = "the-form" if request.method == "POST" and form else ""
    template = f"accounts/second_factor/{name}.html"
    return page(request, template, context, partial=partial, status=status)


def prove(
    request: AuthRequest,
    form: forms.Form,
    call: Callable[[str], Authenticated],
    *,
    wrong: str,
) -> Authenticated | Rejected | None:
    """Send the form's code; what is wrong is said at the field, a step that is over is raised."""
    if not form.is_valid():
        return None
    try:
        return call(form.cleaned_data["code"])
    except (StepExpired, SessionExpired):
        raise
    except Rejected as no:
        form.add_error("code", refusals.say(no, wrong=wrong))
        return no


def finish(
    request: AuthRequest,
    answer: Authenticated | Rejected | None,
    again: Callable[[int], HttpResponse],
) -> HttpResponse:
    """In, or the form once more with the status that fits."""
    match answer:
        case Authenticated():
            return hydrate(request, answer)
        case Rejected():
            return answers.with_wait(again(refusals.status_of(answer)), answer)
        case None:
            return again(200)
