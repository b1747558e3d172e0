"""A form that met the end of its session: nothing was done with it, and nothing of it is lost."""

from django.http import HttpResponse

from accounts import answers, endings, resending
from accounts.auth import AuthRequest


def offer(request: AuthRequest) -> HttpResponse:
    """Say why the session is over, and keep what was typed: here, or under htmx on the page."""
    said = {"said": endings.say(request.auth.reason)}
    return answers.refuse(request, 401, context=said | resending.offer(request))
