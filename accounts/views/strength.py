"""What a new password is worth, judged while it is typed."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected
from accounts.client.passwords import Strength
from accounts.navigation import page
from accounts.password_forms import Judged
from accounts.service import client_ip, identity


@anonymous_allowed
@require_POST
def strength(request: AuthRequest) -> HttpResponse:
    """What a password is worth, as a part of the page that asks for one; nothing is kept.

    It is work, so not for anybody: for who is on the way in or is in. Others are told how to choose
    one, and learn what theirs is worth when they send it with the link that sets it.
    """
    form = Judged(request.POST)
    form.is_valid()
    held = request.auth.credentials.pending is not None or request.auth.member is not None
    context = {"strength": judge(request, form.cleaned_data) if held else None}
    return page(request, "components/strength.html", context)


def judge(request: AuthRequest, typed: dict[str, str]) -> Strength | None:
    """None where there is nothing to judge, or nobody to do it: it is a help, not a gate."""
    if not typed.get("password"):
        return None
    try:
        return identity().passwords.strength(
            typed["password"],
            email_address=typed.get("email_address", ""),
            client_ip=client_ip(request),
        )
    except Rejected:
        return None
