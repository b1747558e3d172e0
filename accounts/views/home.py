"""The signed-in home: who you are, where you are, and this session explained."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.auth import MemberRequest
from accounts.explanation import explain
from accounts.navigation import page


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Everything here is read from the verified JWT: no query, no call."""
    return page(request, "accounts/home.html", {"session": explain(request)})
