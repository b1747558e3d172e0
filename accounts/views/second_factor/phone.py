"""A phone as the second factor, set up in the middle of signing in."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import answers, factor_forms, refusals
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected, StepExpired
from accounts.client.outcomes import MfaRequired
from accounts.navigation import go
from accounts.views.second_factor.sms import text
from accounts.views.second_factor.step import at_step, remembered, show
from accounts.views.second_factor.ways import SMS, ways


@at_step
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    if SMS not in ways(step).offered:
        return go(request, "accounts:second_factor")
    if request.method != "POST":
        return asking(request, step, factor_forms.Phone(initial=remembered(step)))
    form = factor_forms.Phone(request.POST)
    if not form.is_valid():
        return asking(request, step, form)
    try:
        text(request, step, phone_number=form.cleaned_data["phone_number"])
    except StepExpired:
        raise
    except Rejected as no:
        form.add_error("phone_number", refusals.say(no))
        return answers.with_wait(asking(request, step, form, status=refusals.status_of(no)), no)
    return go(request, "accounts:second_factor_sms")


def asking(
    request: AuthRequest, step: MfaRequired, form: factor_forms.Phone, *, status: int = 200
) -> HttpResponse:
    return show(request, step, "phone", form=form, status=status, ways=ways(step))
