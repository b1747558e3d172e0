"""Another way in that an organization wants, and leaving a step unfinished."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.navigation import go, page, whereabouts
from accounts.views import beside, choices, doors


@anonymous_allowed
@require_safe
def step_up(request: AuthRequest) -> HttpResponse:
    """Each way begins at the organization's own entrance, which adds it to this step."""
    step = doors.step(request)
    if step is None:
        return go(request, whereabouts(request))
    context = {
        "step": step,
        "choices": choices.all_of(
            doors.ways_of(step), slug=doors.slug_of(step), mail_first=step.is_proof_wanted
        ),
        "last_method": request.auth.credentials.last_method,
        **beside.session(request),
    }
    return page(request, "accounts/step_up.html", context)


@anonymous_allowed
@require_POST
def abandon(request: AuthRequest) -> HttpResponse:
    """Drop the unfinished step only, and who is away for it: a session stays as it was."""
    step = doors.step(request)
    if step is not None:
        away = request.auth.credentials.departures
        others = (each for each in away if each.organization_id != step.organization_id)
        request.auth.keep(departures=tuple(others))
    request.auth.replace(pending=None)
    return go(request, "accounts:home" if request.auth.member else "accounts:login")
