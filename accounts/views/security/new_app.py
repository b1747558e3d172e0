"""An authenticator app, added or put in the place of another."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import factor_forms, refusals
from accounts.account import Account
from accounts.auth import MemberRequest
from accounts.client.errors import Rejected, SessionExpired
from accounts.client.outcomes import Authenticated
from accounts.navigation import go, page
from accounts.pending import CodesToKeep, Enrolling
from accounts.recent import VerifiedRequest, recently_verified
from accounts.service import client_ip, identity
from accounts.views import authenticator
from accounts.views.security.changes import stay


@require_http_methods(["GET", "HEAD", "POST"])
@recently_verified()
def app(request: VerifiedRequest) -> HttpResponse:
    account = request.account
    enrolling = authenticator.begun(request, member_id=account.member.member_id)
    if "totp" not in account.allowed:
        return go(request, "accounts:security")
    if request.method != "POST" or enrolling is None:
        return show(request, account, enrolling, factor_forms.AppCode())
    form = factor_forms.AppCode(request.POST)
    if not form.is_valid():
        return show(request, account, enrolling, form)
    try:
        outcome = confirm(request, account, form.cleaned_data["code"])
    except SessionExpired:
        raise
    except Rejected as no:
        form.add_error("code", refusals.say(no, wrong=refusals.WRONG_APP_CODE))
        return show(request, account, enrolling, form, status=refusals.status_of(no))
    return keep_codes(request, outcome)


@require_POST
@recently_verified()
def begin(request: VerifiedRequest) -> HttpResponse:
    """The one that is there goes first: there can be only one."""
    account = request.account
    if "totp" not in account.allowed:
        return go(request, "accounts:security")
    factors = identity().second_factors
    if account.has_app:
        factors.delete_totp(**account.whose)
    try:
        registration = factors.create_totp(session_token=account.session_token, **account.whose)
    except SessionExpired:
        raise
    except Rejected as no:
        messages.error(request, refusals.say(no))
        return go(request, "accounts:security")
    authenticator.begin(request, member_id=account.member.member_id, secret=registration.secret)
    return go(request, "accounts:security_app")


def confirm(request: MemberRequest, account: Account, code: str) -> Authenticated:
    """Where it is left to the member, adding a factor says that it is to be asked for."""
    return identity().second_factors.authenticate_totp(
        code=code,
        client_ip=client_ip(request),
        enroll=None if account.is_required else True,
        **account.step,
    )


def keep_codes(request: MemberRequest, outcome: Authenticated) -> HttpResponse:
    response = stay(request, outcome, next=reverse("accounts:recovery_codes"))
    keep = CodesToKeep(
        outcome.session.member_id, made_at=timezone.now(), next=reverse("accounts:security")
    )
    request.auth.replace(pending=keep)
    messages.success(request, "Your authenticator app is on.")
    return response


def show(
    request: MemberRequest,
    account: Account,
    enrolling: Enrolling | None,
    form: factor_forms.AppCode,
    *,
    status: int = 200,
) -> HttpResponse:
    shown = (
        authenticator.picture(
            enrolling,
            organization_name=account.organization.name,
            email_address=account.member.email_address,
        )
        if enrolling
        else {}
    )
    context = {"account": account, "form": form, **shown}
    partial = "the-form" if request.method == "POST" and enrolling else ""
    return page(request, "accounts/security/app.html", context, partial=partial, status=status)
