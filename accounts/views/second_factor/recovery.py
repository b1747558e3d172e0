"""A recovery code, for the day the authenticator app is lost."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import factor_forms, refusals
from accounts.auth import AuthRequest
from accounts.client.outcomes import Authenticated, MfaRequired
from accounts.navigation import go
from accounts.service import client_ip, identity
from accounts.views.second_factor.step import at_step, finish, of_step, prove, remembered, show
from accounts.views.second_factor.ways import ways


@at_step
@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    if not ways(step).by_recovery_code:
        return go(request, "accounts:second_factor")
    if request.method != "POST":
        return asking(request, step, factor_forms.RecoveryCode(initial=remembered(step)))
    form = factor_forms.RecoveryCode(request.POST)
    answer = prove(
        request,
        form,
        lambda code: recover(request, step, code),
        wrong=refusals.WRONG_RECOVERY_CODE,
    )
    return finish(request, answer, lambda status: asking(request, step, form, status=status))


def recover(request: AuthRequest, step: MfaRequired, code: str) -> Authenticated:
    recovered = identity().second_factors.recover(
        recovery_code=code, client_ip=client_ip(request), **of_step(step)
    )
    messages.warning(request, left(recovered.remaining))
    return recovered.authenticated


def left(remaining: int) -> str:
    if remaining == 0:
        return "That was your last recovery code. Make new ones under Security."
    codes = "code" if remaining == 1 else "codes"
    return f"{remaining} recovery {codes} left. If you lost your app, replace it under Security."


def asking(
    request: AuthRequest, step: MfaRequired, form: factor_forms.RecoveryCode, *, status: int = 200
) -> HttpResponse:
    return show(request, step, "recovery", form=form, status=status, ways=ways(step))
