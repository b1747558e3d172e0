"""A house of the smallest views, to see what the machinery around them does."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path

from accounts.access import anonymous_allowed, during, in_background, organization_exempt
from accounts.auth import AuthRequest, MemberRequest
from accounts.client.outcomes import MfaRequired, Pending
from accounts.hydration import hydrate
from accounts.navigation import page

handler400 = "project.errors.bad_request"
handler403 = "project.errors.forbidden"
handler404 = "project.errors.not_found"
handler500 = "project.errors.server_error"

# What the views below do next; a fixture empties it.
script: dict[str, Any] = {}
written: list[str] = []


def home(request: MemberRequest) -> HttpResponse:
    how = "cache" if request.auth.from_cache else "asked"
    name = request.auth.organization_name
    return HttpResponse(f"{request.member.member_session_id} {how} {name}")


def write(request: MemberRequest) -> HttpResponse:
    written.append(request.member.organization_id)
    return HttpResponse("written")


@organization_exempt
def exempt(request: MemberRequest) -> HttpResponse:
    return HttpResponse("exempt")


@anonymous_allowed
@in_background
def beat(request: AuthRequest) -> HttpResponse:
    member = request.auth.refresh()
    return HttpResponse(member.member_session_id if member else "over")


@anonymous_allowed
def door(request: AuthRequest) -> HttpResponse:
    """The sign-in page: shows notices and has a form."""
    said = " ".join(map(str, messages.get_messages(request)))
    reads = request.auth.credentials if "reads" in script else None
    get_token(request)
    return HttpResponse(f"door {said} {reads is not None}")


@anonymous_allowed
def end(request: AuthRequest) -> HttpResponse:
    return hydrate(request, script["outcome"], next=request.POST.get("next", ""))


@anonymous_allowed
def act(request: AuthRequest) -> HttpResponse:
    """Whatever the test has in mind, within one request."""
    return script["act"](request) or HttpResponse("done")


@during(MfaRequired)
def second_factor(request: AuthRequest, step: MfaRequired) -> HttpResponse:
    return HttpResponse(f"{type(step).__name__} {step.organization_name}")


@during(Pending)
def organizations(request: AuthRequest, step: Pending) -> HttpResponse:
    return HttpResponse(f"{type(step).__name__} {step.email_address}")


def boom(request: MemberRequest) -> HttpResponse:
    raise script["error"]


@anonymous_allowed
def open_boom(request: HttpRequest) -> HttpResponse:
    raise script["error"]


@anonymous_allowed
def sheet(request: AuthRequest) -> HttpResponse:
    return page(request, "errors/404.html", {}, partial="corner")


@anonymous_allowed
def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("same for all", headers={"Cache-Control": "max-age=60"})


@anonymous_allowed
def remembering(request: HttpRequest) -> HttpResponse:
    """Says for itself how it may be kept, and sets a cookie all the same."""
    response = HttpResponse("hello", headers={"Cache-Control": "public, max-age=60"})
    response.cookies["preference"] = "large"
    return response


accounts = [
    path("", home, name="home"),
    path("write", write, name="write"),
    path("exempt", exempt, name="exempt"),
    path("beat", beat, name="session_refresh"),
    path("login", door, name="login"),
    path("login/code", door, name="login_code"),
    path("authenticate", door, name="authenticate"),
    path("logout", door, name="logout"),
    path("not-me", door, name="not_me"),
    path("end", end, name="end"),
    path("act", act, name="act"),
    path("second-factor", second_factor, name="second_factor"),
    path("step-up", door, name="step_up"),
    path("boom", boom, name="boom"),
    path("open-boom", open_boom, name="open_boom"),
    path("sheet", sheet, name="sheet"),
    path("public", public, name="public"),
    path("remembering", remembering, name="remembering"),
]
orgswitcher = [
    path("organizations", organizations, name="organizations"),
    path("switch", door, name="switch"),
]
urlpatterns = [
    path("", include((accounts, "accounts"))),
    path("", include((orgswitcher, "orgswitcher"))),
]
