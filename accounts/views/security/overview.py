"""The security page: what there is, and the small changes that need no page of their own."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from accounts import methods
from accounts.account import ask
from accounts.auth import MemberRequest
from accounts.navigation import go, page
from accounts.recent import VerifiedRequest, recently_verified
from accounts.service import identity
from accounts.views.security import forms
from accounts.views.security.changes import changed, elsewhere


@require_safe
def security(request: MemberRequest) -> HttpResponse:
    account = ask(request)
    context = {
        "account": account,
        "others": elsewhere(account),
        "may_have_password": methods.PASSWORD in methods.allowed(account.organization),
    }
    return page(request, "accounts/security/overview.html", context)


@require_POST
@recently_verified()
def default(request: VerifiedRequest) -> HttpResponse:
    account = request.account
    form = forms.Default(request.POST)
    if not form.is_valid() or form.cleaned_data["method"] not in account.usable:
        return go(request, "accounts:security")
    identity().second_factors.set_default(method=form.cleaned_data["method"], **account.whose)
    return changed(request, account, "That’s asked for first from now on.")


@require_POST
@recently_verified()
def enrolment(request: VerifiedRequest) -> HttpResponse:
    """Only where the organization leaves it to its members."""
    account = request.account
    form = forms.Enrolment(request.POST)
    if not form.is_valid() or account.is_required or not account.usable:
        return go(request, "accounts:security")
    wanted = form.cleaned_data["at_sign_in"] == "ask"
    identity().organizations.members.update(mfa_enrolled=wanted, **account.whose)
    when = "at every sign-in" if wanted else "no more at sign-in"
    return changed(request, account, f"A second step is asked for {when}.")
