"""A code by text message, sent and proven."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import factor_forms, refusals
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected, StepExpired
from accounts.client.outcomes import MfaRequired
from accounts.navigation import go
from accounts.service import client_ip, identity
from accounts.views.second_factor.step import at_step, finish, of_step, prove, remembered, show
from accounts.views.second_factor.ways import may_text, ways

RESEND_AFTER = 30  # seconds, after which a text that doesn't come won't come


@at_step
@require_http_methods(["GET", "HEAD", "POST"])
def sms(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    if not may_text(step):
        return go(request, "accounts:second_factor")
    if request.method != "POST":
        return waiting(request, step, factor_forms.TextCode(initial=remembered(step)))
    form = factor_forms.TextCode(request.POST)
    answer = prove(
        request,
        form,
        lambda code: identity().second_factors.authenticate_sms(
            code=code, client_ip=client_ip(request), **of_step(step)
        ),
        wrong=refusals.WRONG_TEXT_CODE,
    )
    return finish(request, answer, lambda status: waiting(request, step, form, status=status))


@at_step
@require_POST
def send(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    """A text costs money and wakes people up, so nothing but a press of a button sends one."""
    if not may_text(step):
        return go(request, "accounts:second_factor")
    try:
        text(request, step)
    except StepExpired:
        raise
    except Rejected as no:
        messages.error(request, refusals.say(no))
    return go(request, "accounts:second_factor_sms")


def text(request: AuthRequest, step: MfaRequired, *, phone_number: str = "") -> None:
    """Text a code, to a number not known before if one is given, and say so in the step."""
    member = identity().second_factors.send_sms(
        organization_id=step.organization_id,
        member_id=step.member_id,
        phone_number=phone_number,
        intermediate_token=step.intermediate.token,
        client_ip=client_ip(request),
    )
    sent = replace(
        step,
        sms_sent=True,
        phone=masked(member.mfa_phone_number),
        phone_verified=member.mfa_phone_number_verified,
        phone_typed=bool(phone_number) or step.phone_typed,
    )
    request.auth.replace(pending=sent, next=request.auth.credentials.next)


def masked(phone: str) -> str:
    """As the service masks it (CONTRACT 1.6): the cookie needs no more of it either."""
    return f"XXXXXXX{phone[-4:]}"


def waiting(
    request: AuthRequest, step: MfaRequired, form: factor_forms.TextCode, *, status: int = 200
) -> HttpResponse:
    return show(
        request,
        step,
        "sms",
        form=form,
        status=status,
        ways=ways(step),
        resend_in=RESEND_AFTER if step.sms_sent else 0,
    )
