"""A password set or changed by a member who has just proven who they are."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import entrance_refusals, methods, refusals
from accounts.account import Account
from accounts.auth import MemberRequest
from accounts.client.errors import Rejected, SessionExpired, WeakPassword
from accounts.client.outcomes import AuthOutcome
from accounts.client.passwords import Strength
from accounts.gates import Gate
from accounts.navigation import go, page
from accounts.recent import VerifiedRequest, prove_first, recently_verified
from accounts.service import identity
from accounts.views.security import forms
from accounts.views.security.changes import changed, stay
from accounts.views.strength import judge


@require_http_methods(["GET", "HEAD", "POST"])
@recently_verified()
def password(request: VerifiedRequest) -> HttpResponse:
    account = request.account
    if methods.PASSWORD not in methods.allowed(account.organization):
        return go(request, "accounts:security")
    if request.method != "POST":
        address = account.member.email_address
        return show(request, account, forms.NewPassword(initial={"email_address": address}))
    form = forms.NewPassword(request.POST)
    if not form.is_valid():
        return show(request, account, form)
    try:
        outcome = set_password(account, form.cleaned_data["password"])
    except SessionExpired:
        raise
    except Rejected as no:
        return refuse(request, account, form, no)
    stay(request, outcome, next=reverse("accounts:security"))
    return changed(request, account, "Your password is set.")


def set_password(account: Account, new: str) -> AuthOutcome:
    """Every other session ends with that: the service sees to it."""
    return identity().passwords.reset_by_session(
        organization_id=account.member.organization_id,
        password=new,
        session_token=account.session_token,
    )


def refuse(
    request: MemberRequest, account: Account, form: forms.NewPassword, no: Rejected
) -> HttpResponse:
    if no.error_type == "session_too_old_to_reset_password":
        return prove_first(request, account, Gate())
    judged, said = None, refusals.say(no)
    if isinstance(no, WeakPassword):
        judged, said = judge(request, form.cleaned_data), entrance_refusals.of_new_password(no)
    form.add_error("password", said)
    return show(request, account, form, strength=judged, status=refusals.status_of(no))


def show(
    request: MemberRequest,
    account: Account,
    form: forms.NewPassword,
    *,
    strength: Strength | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"account": account, "form": form, "strength": strength}
    partial = "the-form" if request.method == "POST" else ""
    template = "accounts/security/password.html"
    return page(request, template, context, partial=partial, status=status)
