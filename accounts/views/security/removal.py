"""Taking a factor away, asked once."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import refusals
from accounts.account import Account
from accounts.client.errors import RateLimited, Rejected, SessionExpired
from accounts.navigation import go, page
from accounts.recent import VerifiedRequest, recently_verified
from accounts.service import identity
from accounts.views.security.changes import changed

NOT_BY_ONE = {
    "insufficient_factors": "That number is on file for you. Ask your administrator to remove it."
}
DONE = {
    "app": "Your authenticator app is removed.",
    "phone": "Your phone is removed.",
    "password": "Your password is removed.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@recently_verified()
def removal(request: VerifiedRequest, kind: str) -> HttpResponse:
    account = request.account
    if not holds(account).get(kind):
        raise Http404
    if request.method != "POST":
        context = {"account": account, "kind": kind, "is_last": is_last(account, kind)}
        return page(request, "accounts/security/removal.html", context)
    remove: dict[str, Callable[[Account], object]] = {
        "app": remove_app,
        "phone": remove_phone,
        "password": remove_password,
    }
    try:
        remove[kind](account)
    except (SessionExpired, RateLimited):
        raise
    except Rejected as no:
        messages.error(request, NOT_BY_ONE.get(no.error_type) or refusals.say(no))
        return go(request, "accounts:security")
    if is_last(account, kind) and not account.is_required and account.member.mfa_enrolled:
        identity().organizations.members.update(mfa_enrolled=False, **account.whose)
    return changed(request, account, DONE[kind])


def holds(account: Account) -> dict[str, bool]:
    """A number that was never proven can be taken away as well."""
    return {
        "app": account.has_app,
        "phone": bool(account.member.mfa_phone_number),
        "password": bool(account.member.password_id),
    }


def is_last(account: Account, kind: str) -> bool:
    """Whether no second factor is left without it."""
    method = {"app": "totp", "phone": "sms_otp"}.get(kind)
    return account.usable == (method,)


def remove_app(account: Account) -> None:
    identity().second_factors.delete_totp(**account.whose)


def remove_phone(account: Account) -> None:
    """By the member's own session: the service knows whether it may do that."""
    identity().second_factors.delete_phone(
        acting_session_token=account.session_token, **account.whose
    )


def remove_password(account: Account) -> None:
    member = account.member
    identity().passwords.delete(
        organization_id=member.organization_id, password_id=member.password_id
    )
