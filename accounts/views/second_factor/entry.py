"""Where a second step begins, and where another way can be chosen."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.auth import AuthRequest
from accounts.client.outcomes import MfaRequired
from accounts.navigation import go
from accounts.views.second_factor.step import at_step, show
from accounts.views.second_factor.ways import first_page, ways


@at_step
@require_safe
def second_factor(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    """Straight to the method that fits best; with none enrolled, to setting one up."""
    page = first_page(step)
    return go(request, page) if page else choose(request)


@at_step
@require_safe
def choose(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    return show(request, step, "choose", ways=ways(step))
