"""Another way in that an organization wants, and leaving a step unfinished."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import anonymous_allowed, during
from accounts.auth import AuthRequest
from accounts.client.outcomes import PrimaryRequired
from accounts.navigation import go, page
from accounts.views import beside


@during(PrimaryRequired)
@require_safe
def step_up(request: AuthRequest, step: PrimaryRequired) -> HttpResponse:
    context = {"step": step, **beside.session(request)}
    return page(request, "accounts/step_up.html", context)


@anonymous_allowed
@require_POST
def abandon(request: AuthRequest) -> HttpResponse:
    """Drop the unfinished step only: a session that is alive stays as it was."""
    request.auth.replace(pending=None)
    return go(request, "accounts:home" if request.auth.member else "accounts:login")
