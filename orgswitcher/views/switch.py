"""One person, many organizations: the list of them, and moving between them."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import refusals
from accounts.auth import MemberRequest
from accounts.client.errors import Rejected, SessionExpired
from accounts.client.outcomes import SignedOut
from accounts.hydration import hydrate
from accounts.navigation import go, page
from accounts.service import identity, session_duration_minutes
from orgswitcher import choices, forms


@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return move(request)
    try:
        organizations = identity().discovery.organizations(session_token=token_of(request))
    except Rejected as no:
        return refuse(request, no)
