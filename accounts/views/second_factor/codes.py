"""New recovery codes, shown to their owner until they say that they have put them away."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.auth import MemberRequest
from accounts.navigation import go, page, safe_next
from accounts.pending import CodesToKeep
from accounts.service import identity

CodesView = Callable[[MemberRequest, CodesToKeep], HttpResponse]


def while_new(view: CodesView) -> Callable[[MemberRequest], HttpResponse]:
    """Only right after they were made, and only the member they were made for."""

    @wraps(view)
    def enter(request: MemberRequest, /) -> HttpResponse:
        step = request.auth.credentials.pending
        if not isinstance(step, CodesToKeep) or step.member_id != request.member.member_id:
            return go(request, "accounts:home")
        return view(request, step)

    return enter


@require_http_methods(["GET", "HEAD", "POST"])
@while_new
def recovery_codes(request: MemberRequest, step: CodesToKeep) -> HttpResponse:
    """They are never in a cookie: the service is asked for them each time the page is shown."""
    codes = () if request.method == "POST" else codes_of(request)
    if not codes:
        request.auth.replace(pending=None)
        return go(request, safe_next(request, step.next))
    return page(request, "accounts/second_factor/codes.html", {"codes": codes})


@require_POST
@while_new
def file(request: MemberRequest, step: CodesToKeep) -> HttpResponse:
    lines = (
        f"Recovery codes of {request.member.email_address} for {request.auth.organization_name}",
        "Each works once, in place of a code from the authenticator app.",
        "",
        *codes_of(request),
    )
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    name = f"recovery-codes-{request.member.organization_slug}.txt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def codes_of(request: MemberRequest) -> tuple[str, ...]:
    member = request.member
    return identity().second_factors.recovery_codes(
        organization_id=member.organization_id, member_id=member.member_id
    )
