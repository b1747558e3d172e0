"""A code from an authenticator app."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import factor_forms, refusals
from accounts.auth import AuthRequest
from accounts.client.outcomes import MfaRequired
from accounts.navigation import go
from accounts.service import client_ip, identity
from accounts.views.second_factor.step import at_step, finish, of_step, prove, remembered, show
from accounts.views.second_factor.ways import TOTP, ways


@at_step
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    if TOTP not in ways(step).usable:
        return go(request, "accounts:second_factor")
    if request.method != "POST":
        return asking(request, step, factor_forms.AppCode(initial=remembered(step)))
    form = factor_forms.AppCode(request.POST)
    answer = prove(
        request,
        form,
        lambda code: identity().second_factors.authenticate_totp(
            code=code, client_ip=client_ip(request), **of_step(step)
        ),
        wrong=refusals.WRONG_APP_CODE,
    )
    return finish(request, answer, lambda status: asking(request, step, form, status=status))


def asking(
    request: AuthRequest, step: MfaRequired, form: factor_forms.AppCode, *, status: int = 200
) -> HttpResponse:
    return show(request, step, "app", form=form, status=status, ways=ways(step))
