"""Asking for an e-mail address, and mailing a code or a link to it."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import forms
from accounts.access import anonymous_allowed
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected
from accounts.cookies import CodeSent
from accounts.navigation import go, safe_next
from accounts.pending import address_of
from accounts.views import mailing, waiting


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: AuthRequest) -> HttpResponse:
    """Who is signed in is decided on a verified member, never on the presence of a cookie."""
    if request.auth.member:
        return go(request, safe_next(request, request.GET.get("next", "")))
    if request.method == "POST":
        return send(request, method="code")
    return mailing.asking(request, forms.Login(initial=arrival(request)))


@anonymous_allowed
@require_POST
def resend(request: AuthRequest) -> HttpResponse:
    return send_or_repeat(request, method="code")


@anonymous_allowed
@require_POST
def link(request: AuthRequest) -> HttpResponse:
    return send_or_repeat(request, method="link")


def send_or_repeat(request: AuthRequest, *, method: mailing.Method) -> HttpResponse:
    """The sign-in form was sent, or a button of the page that waits for a mail."""
    step = waiting.for_address(request, request.POST.get("again", ""))
    if "email_address" not in request.POST and step is not None:
        return mailing.repeat(request, step, method=method)
    return send(request, method=method)


def arrival(request: AuthRequest) -> dict[str, str]:
    """Coming back, by "Use another email" or too late, keeps the address for correcting it."""
    held = request.auth.credentials
    address = address_of(held.pending) if isinstance(held.pending, CodeSent) else held.email_address
    onward = request.GET.get("next", "") or (held.next if address else "")
    return {"email_address": address, "next": safe_next(request, onward)}


def send(request: AuthRequest, *, method: mailing.Method) -> HttpResponse:
    form = forms.Login(request.POST)
    if not form.is_valid():
        return mailing.asking(request, form)
    address = form.cleaned_data["email_address"]
    onward = safe_next(request, form.cleaned_data["next"])
    try:
        return mailing.send(request, email_address=address, method=method, next=onward)
    except Rejected as no:
        return mailing.refuse(request, form, no)
