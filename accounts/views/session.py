"""This session: shown, told to scripts, kept fresh by a page's heartbeat, and extended."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from accounts import endings, explanation, lifetime, navigation, parts, scripts
from accounts.access import anonymous_allowed, in_background, organization_exempt
from accounts.auth import AuthRequest
from accounts.client.entities import MemberSession
from accounts.client.tokens import Tokens
from accounts.middleware import sign_in
from accounts.navigation import go, page, safe_next
from accounts.service import heartbeat
from accounts.views import home

# A beat comes a little early or late; one that is this near to being due counts as due.
SLACK = timedelta(seconds=5)


@anonymous_allowed
@require_safe
def session(request: AuthRequest) -> HttpResponse:
    """A page for people and, where JSON is preferred, the state for scripts.

    With `?clear` nothing is shown: the cookies of a session that is over go, and no other's.
    """
    if "clear" in request.GET:
        return clear(request, request.GET["clear"])
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        request.auth.attended = False  # a script asks, perhaps again and again
        return state(request, request.auth.member)
    member = request.auth.member
    if member is None:
        return sign_in(request)
    return page(request, "accounts/session.html", home.describe(request, member))


def clear(request: AuthRequest, found: str) -> HttpResponse:
    """What a beat has found over needs no other question; another session is no business of it.

    So it is answered at once: a sign-in that is answered meanwhile would lose its cookies to it.
    """
    request.auth.attended = False
    reason = endings.finding(found, request.auth.credentials.session)
    if reason:
        request.auth.sign_out(reason)
    is_over = bool(reason) or (not found and request.auth.member is None)
    return HttpResponse(status=204 if is_over else 200)


@in_background
@anonymous_allowed
@require_POST
def refresh(request: AuthRequest) -> HttpResponse:
    """One beat. A JWT that another tab just renewed answers for itself: N tabs cost one call.

    Never moves the session's end. An outage is a 503 by the middleware, which changes nothing.
    """
    held = request.auth.credentials.session
    member = request.auth.refresh(older_than=heartbeat() - SLACK)
    if member is not None and member.expires_at <= timezone.now():
        member = request.auth.recheck()  # a JWT verifies a little longer than its session lives
    return answer(request, member, held)


@organization_exempt
@anonymous_allowed
@require_POST
def extend(request: AuthRequest) -> HttpResponse:
    """Somebody presses "stay signed in": that is activity, and moves the session's end if it may.

    A page's script gets the next heartbeat. An outage is a 503 by the middleware.
    """
    held = request.auth.credentials.session
    member = lifetime.press(request.auth)
    if request.htmx:
        return answer(request, member, held)
    if member is None:
        return sign_in(request)
    messages.success(request, f"You stay signed in until {clock(member)}.")
    return go(request, safe_next(request, request.POST.get("next", "")))


def answer(request: AuthRequest, member: MemberSession | None, held: Tokens | None) -> HttpResponse:
    """A heartbeat: the next one, or that the session which came, `held`, is over."""
    if member is None:
        why = request.auth.reason
        found = endings.seal_finding(held, why)
        context: dict[str, object] = {"member": None, "said": endings.say(why), "found": found}
    else:
        name, seconds = request.auth.organization_name, seconds_to_next(request, member)
        context = {"member": member, "organization_name": name, "seconds": seconds}
        context |= redrawn(request, member)
    return page(request, "accounts/heartbeat.html", context)


def redrawn(request: AuthRequest, member: MemberSession) -> dict[str, object]:
    """The parts of the page that asked; anew, if the session was otherwise when it was made.

    A page of another member, such as one's own in another organization, stays what it was: what it
    holds is still for them, and it says so.
    """
    names = parts.named(request.POST.getlist("part"))
    made_for = request.POST.get("made_for") or member.member_id
    kept: dict[str, object] = {"parts": names, "made_for": made_for}
    now = explanation.version(member, request.auth.organization_name)
    if request.POST.get("version") == now or made_for != member.member_id:
        return kept
    path = urlsplit(navigation.here(request)).path
    drawn = [(name, parts.draw(request, name, path=path)) for name in names if parts.exists(name)]
    return {**kept, "redrawn": drawn}


def state(request: AuthRequest, member: MemberSession | None, **besides: object) -> HttpResponse:
    """What scripts are told of a session, and what is told `besides`."""
    if member is None:
        return scripts.signed_out(request)
    described = {
        "state": "signed_in",
        "organization_name": request.auth.organization_name,
        "is_initialized": True,  # always: the server has looked before it answers
        "from_cache": request.auth.from_cache,
        "session": explanation.describe(member),
        "member": explanation.describe_member(member),
        "organization": explanation.describe_organization(
            member, name=request.auth.organization_name
        ),
        "lifetime": explanation.describe_lifetime(lifetime.of(request.auth)),
    }
    return JsonResponse(described | besides)


def seconds_to_next(request: AuthRequest, member: MemberSession) -> int:
    """When the JWT needs renewing, or the session is over, whichever comes first."""
    due = explanation.next_renewal(member, heartbeat=heartbeat()) - timezone.now()
    life = lifetime.of(request.auth)
    seconds = int(due.total_seconds()) + 1
    return max(1, min(seconds, life.seconds + 1) if life else seconds)


def clock(member: MemberSession) -> str:
    return date_format(timezone.localtime(member.expires_at), "H:i")
