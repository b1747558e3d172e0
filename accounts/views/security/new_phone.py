"""A phone, added or put in the place of another."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import factor_forms, refusals
from accounts.account import Account
from accounts.auth import MemberRequest
from accounts.client.errors import Rejected, SessionExpired
from accounts.navigation import go, page
from accounts.recent import VerifiedRequest, recently_verified
from accounts.service import client_ip, identity
from accounts.views.security.changes import changed, stay


@require_http_methods(["GET", "HEAD", "POST"])
@recently_verified()
def phone(request: VerifiedRequest) -> HttpResponse:
    account = request.account
    if "sms_otp" not in account.allowed:
        return go(request, "accounts:security")
    if request.method != "POST":
        return show(request, account, factor_forms.Phone())
    form = factor_forms.Phone(request.POST)
    if not form.is_valid():
        return show(request, account, form)
    try:
        send(request, account, form.cleaned_data["phone_number"])
    except SessionExpired:
        raise
    except Rejected as no:
        form.add_error("phone_number", refusals.say(no))
        return show(request, account, form, status=refusals.status_of(no))
    return go(request, "accounts:security_phone_code")


@require_http_methods(["GET", "HEAD", "POST"])
@recently_verified()
def code(request: VerifiedRequest) -> HttpResponse:
    """Which number is being proven the service remembers."""
    account = request.account
    if not account.member.mfa_phone_number or account.has_phone:
        return go(request, "accounts:security_phone")
    if request.method != "POST":
        return show(request, account, factor_forms.TextCode(), template="phone_code")
    form = factor_forms.TextCode(request.POST)
    if not form.is_valid():
        return show(request, account, form, template="phone_code")
    try:
        outcome = identity().second_factors.authenticate_sms(
            code=form.cleaned_data["code"],
            client_ip=client_ip(request),
            enroll=None if account.is_required else True,
            **account.step,
        )
    except SessionExpired:
        raise
    except Rejected as no:
        form.add_error("code", refusals.say(no, wrong=refusals.WRONG_TEXT_CODE))
        return show(request, account, form, template="phone_code", status=refusals.status_of(no))
    stay(request, outcome, next=reverse("accounts:security"))
    return changed(request, account, "Your phone is on.")


def send(request: MemberRequest, account: Account, number: str) -> None:
    """The service keeps one number. Who has just proven a second factor may have another, by their
    own session; of who has none it takes only one that this session has typed.
    """
    factors = identity().second_factors
    if account.usable and account.member.mfa_phone_number not in {"", number}:
        factors.delete_phone(acting_session_token=account.session_token, **account.whose)
    factors.send_sms(
        phone_number=number,
        session_token=account.session_token,
        client_ip=client_ip(request),
        **account.whose,
    )


def show(
    request: MemberRequest,
    account: Account,
    form: factor_forms.Phone | factor_forms.TextCode,
    *,
    template: str = "phone",
    status: int = 200,
) -> HttpResponse:
    context = {"account": account, "form": form}
    partial = "the-form" if request.method == "POST" else ""
    name = f"accounts/security/{template}.html"
    return page(request, name, context, partial=partial, status=status)
