"""Members only unless a view says otherwise; and the one place where cookies are saved."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from accounts import answers, endings, lifetime, navigation, scripts, unsent
from accounts.access import allows
from accounts.attendance import AttendedAuth
from accounts.auth import AuthRequest, MemberRequest
from accounts.client.errors import (
    Forbidden,
    RateLimited,
    SessionExpired,
    StepExpired,
    Unavailable,
)
from accounts.inquiry import TROUBLE
from accounts.pending import address_of
from accounts.retirement import retire
from accounts.service import strict_writes
from accounts.session_check import SAFE, check

STEP_ENDED = "That took longer than ten minutes. Start again."


class AuthMiddleware:
    """Attaches `request.auth`, lets members in, and saves what their browser should leave with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, incoming: HttpRequest) -> HttpResponse:
        request = cast("AuthRequest", incoming)
        request.auth = AttendedAuth(request)
        response = self.get_response(request)
        request.auth.save(response)
        retire_late(request)
        keep_private(request, response)
        return response

    def process_view(
        self, incoming: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Django catches nothing that is raised in here, so an outage is answered here as well."""
        request = cast("AuthRequest", incoming)
        request.auth.background = allows(view, "in_background")
        request.auth.attended = not request.auth.background
        if allows(view, "anonymous_allowed"):
            return None
        try:
            return admit(request, view)
        except TROUBLE as trouble:
            return answers.of_trouble(request, trouble)

    def process_exception(self, incoming: HttpRequest, error: Exception) -> HttpResponse | None:
        """What views leave to us; None is a bug and becomes a 500."""
        request = cast("AuthRequest", incoming)
        match error:
            case Unavailable() | RateLimited():
                return answers.of_trouble(request, error)
            case Forbidden():
                return answers.refuse(request, 403)
            case StepExpired():
                return drop_step(request)
            case SessionExpired():
                return confirm_end(request)
            case _:
                return None


def admit(request: AuthRequest, view: Callable[..., Any]) -> HttpResponse | None:
    """Let a member in who is where the page thinks; None means: go on."""
    member = lifetime.kept(request.auth)
    if member is None:
        return turn_away(request)
    cast("MemberRequest", request).member = member
    if request.method in SAFE or allows(view, "organization_exempt"):
        return None
    unconfirmed = strict_writes() and not check().confirmed()
    return conflict(request) or (confirm(request) if unconfirmed else None)


def confirm(request: AuthRequest) -> HttpResponse | None:
    """With STRICT_WRITES a JWT's word is not enough to change anything: it may be minutes old."""
    member = request.auth.recheck()
    if member is None:
        return turn_away(request)
    cast("MemberRequest", request).member = member
    return conflict(request)


def conflict(request: AuthRequest) -> HttpResponse | None:
    """Every unsafe request says which organization its page was made for: QUALITY 54.

    By the field `organization_id` or the header X-Organization-Id; both, if both are there.
    """
    member = request.auth.member
    claimed = {
        request.headers.get("X-Organization-Id", ""),
        *request.POST.getlist("organization_id"),
    }
    if member is not None and claimed - {""} != {member.organization_id}:
        name = request.auth.organization_name
        return answers.elsewhere(request, organization_name=name)
    return None


def turn_away(request: AuthRequest) -> HttpResponse:
    """Nobody is signed in here. Scripts are told; what a form brought isn't lost by a redirect."""
    if not request.htmx and scripts.prefers_json(request):
        return scripts.signed_out(request)
    if request.method not in SAFE and request.auth.reason in endings.SAID:
        return unsent.offer(request)
    return sign_in(request)


def sign_in(request: AuthRequest) -> HttpResponse:
    if request.auth.reason in endings.NOTICES:
        messages.info(request, endings.NOTICES[request.auth.reason])
    return navigation.to_login(request)


def drop_step(request: AuthRequest) -> HttpResponse:
    """Whose step it was is kept, so that beginning anew takes one press."""
    held = request.auth.credentials
    address = address_of(held.pending) or held.email_address
    request.auth.replace(pending=None, next=held.next, email_address=address)
    messages.info(request, STEP_ENDED)
    try:
        return navigation.go(request, navigation.whereabouts(request))
    except TROUBLE as trouble:
        return answers.of_trouble(request, trouble)


def confirm_end(request: AuthRequest) -> HttpResponse | None:
    """A view met a session that is over. Whether it is this visitor's own, the service must say."""
    try:
        return turn_away(request) if request.auth.recheck() is None else None
    except TROUBLE as trouble:
        return answers.of_trouble(request, trouble)


def retire_late(request: AuthRequest) -> None:
    """End a session that arrived after a sign-out (accounts.generations); its cookies go as well.

    In the background the cookies stay until the next page; ended it is all the same.
    """
    late = request.auth.credentials.late if request.auth.was_read else None
    if late is not None:
        retire(late)


def keep_private(request: AuthRequest, response: HttpResponse) -> None:
    """No cache keeps a member's page or anybody's cookie; others may say how they are cached."""
    personal = request.auth.was_read or bool(response.cookies)
    if personal or not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-store"
    if personal:
        patch_vary_headers(response, ("Cookie",))
