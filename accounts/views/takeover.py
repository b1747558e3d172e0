"""Taking over a session made elsewhere: by a backend job, a mobile app, a test."""

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_http_methods

from accounts import forms, refusals, scripts, takeover
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.entities import MemberSession
from accounts.client.errors import JwtInvalid, Misasked, RateLimited, Rejected, SessionExpired
from accounts.client.outcomes import Authenticated
from accounts.hydration import ANYBODY, hydrate
from accounts.navigation import page
from accounts.views.session import state

NOT_ITS_JWT = "That JWT isn’t one of this session. Paste its newest, or leave the field empty."
OVER = "That session is over, or isn’t one of this service. Make a new one and try again."
TAKEN = "Another session is live in this browser. Sign out of it first."


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def hydration(request: AuthRequest) -> HttpResponse:
    """Like every form it needs its CSRF token: or a site could sign people in as somebody else."""
    if request.method != "POST":
        return offer(request)
    form = forms.Takeover(scripts.sent(request))
    if not form.is_valid():
        return refuse(request, form, "malformed", status=400)
    try:
        outcome = takeover.verified(**form.tokens)
    except (Rejected, Misasked) as no:
        return explain(request, form, no)
    return admit(request, outcome, form)


def offer(request: AuthRequest) -> HttpResponse:
    """The form for people; scripts get the token that its submission has to carry."""
    if scripts.prefers_json(request):
        return JsonResponse({"csrf_token": get_token(request)})
    form = forms.Takeover(initial={"next": request.GET.get("next", "")})
    return page(request, "accounts/takeover.html", {"form": form, "standing": request.auth.member})


def admit(request: AuthRequest, outcome: Authenticated, form: forms.Takeover) -> HttpResponse:
    standing = takeover.in_the_way(request, outcome)
    if standing is not None:
        form.add_error(None, TAKEN)
        return refuse(request, form, "already_signed_in", status=409, standing=standing)
    onward = form.cleaned_data["next"]
    # whose it is was decided by who pasted it, and no other session is live here
    answer = hydrate(request, outcome, next=onward, asked=ANYBODY)
    if not scripts.prefers_json(request):
        return answer
    return scripts.in_place_of(answer, state(request, request.auth.member))


def explain(request: AuthRequest, form: forms.Takeover, no: Rejected | Misasked) -> HttpResponse:
    match no:
        case JwtInvalid():
            form.add_error("session_jwt", NOT_ITS_JWT)
            return refuse(request, form, "jwt_mismatch", status=400)
        case SessionExpired():
            form.add_error("session_token", OVER)
            return refuse(request, form, "session_not_found", status=401)
        case RateLimited():
            raise no
        case _:  # here it's somebody's token that is judged, so the fault needn't be ours
            said = refusals.NOT_ACCEPTED if isinstance(no, Misasked) else refusals.say(no)
            form.add_error(None, said)
            return refuse(request, form, no.error_type, status=400)


def refuse(
    request: AuthRequest,
    form: forms.Takeover,
    error: str,
    *,
    status: int,
    standing: MemberSession | None = None,
) -> HttpResponse:
    """What was sent is never sent back: the fields come empty, the reasons beside them."""
    if scripts.prefers_json(request):
        said = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return scripts.refused(error, said, status=status)
    context = {"form": form, "standing": standing}
    return page(request, "accounts/takeover.html", context, status=status)
