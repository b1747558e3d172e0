"""An authenticator app as the second factor, set up in the middle of signing in."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import factor_forms, refusals
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected, StepExpired
from accounts.client.outcomes import Authenticated, MfaRequired
from accounts.navigation import go
from accounts.pending import Enrolling
from accounts.service import client_ip, identity
from accounts.views import authenticator
from accounts.views.second_factor import step as steps
from accounts.views.second_factor.step import at_step, of_step, prove, remembered, show
from accounts.views.second_factor.ways import TOTP, ways


@at_step
@require_POST
def begin(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    """Another press shows another secret, and the one before is worth nothing."""
    if TOTP not in ways(step).offered:
        return go(request, "accounts:second_factor")
    try:
        registration = identity().second_factors.create_totp(
            organization_id=step.organization_id,
            member_id=step.member_id,
            intermediate_token=step.intermediate.token,
        )
    except StepExpired:
        raise
    except Rejected as no:
        messages.error(request, refusals.say(no))
        return go(request, "accounts:second_factor_choose")
    authenticator.begin(request, member_id=step.member_id, secret=registration.secret, sign_in=step)
    return go(request, "accounts:second_factor_enrolment")


@at_step
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    enrolling = authenticator.begun(request, member_id=step.member_id)
    if enrolling is None:
        return go(request, "accounts:second_factor")
    if request.method != "POST":
        return asking(request, step, enrolling, factor_forms.AppCode(initial=remembered(step)))
    form = factor_forms.AppCode(request.POST)
    answer = prove(
        request,
        form,
        lambda code: identity().second_factors.authenticate_totp(
            code=code, client_ip=client_ip(request), **of_step(step)
        ),
        wrong=refusals.WRONG_APP_CODE,
    )
    if isinstance(answer, Authenticated):
        return authenticator.finish(request, answer, onward=request.auth.credentials.next)
    return steps.finish(
        request, answer, lambda status: asking(request, step, enrolling, form, status=status)
    )


def asking(
    request: AuthRequest,
    step: MfaRequired,
    enrolling: Enrolling,
    form: factor_forms.AppCode,
    *,
    status: int = 200,
) -> HttpResponse:
    shown = authenticator.picture(
        enrolling, organization_name=step.organization_name, email_address=step.email_address
    )
    return show(request, step, "enrolment", form=form, status=status, ways=ways(step), **shown)
