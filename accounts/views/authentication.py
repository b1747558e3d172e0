"""`session.authenticate()` for a page's scripts: the service is asked, and answers in JSON."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts import forms, lifetime, scripts
from accounts.access import anonymous_allowed, organization_exempt
from accounts.auth import AuthRequest
from accounts.views.session import state


@organization_exempt
@anonymous_allowed
@require_POST
def authenticate(request: AuthRequest) -> HttpResponse:
    """With `session_duration_minutes` the end is moved, by the rule of "stay signed in".

    Without, this is no activity: a timer may send it. An outage is a 503 by the middleware, and
    changes nothing. Like every POST it needs the page's form token.
    """
    form = forms.Duration(scripts.sent(request))
    if not form.is_valid():
        return refuse(form)
    minutes = form.cleaned_data["session_duration_minutes"]
    if minutes:
        return state(request, lifetime.press(request.auth, wanted=minutes))
    request.auth.attended = False
    member = request.auth.member  # finds the idle limit passed, which the service doesn't know
    return state(request, request.auth.recheck() if request.auth.from_cache else member)


def refuse(form: forms.Duration) -> HttpResponse:
    said = " ".join(str(text) for texts in form.errors.values() for text in texts)
    return scripts.refused("invalid_session_duration_minutes", said)
