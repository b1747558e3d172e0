"""The second step an organization asks for; for now it names what is missing."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import during
from accounts.auth import AuthRequest
from accounts.client.outcomes import MfaRequired
from accounts.navigation import page
from accounts.views import beside


@during(MfaRequired)
@require_safe
def second_factor(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    context = {"step": step, **beside.session(request)}
    return page(request, "accounts/second_factor.html", context)
