"""Proving once more who one is, before a change; then back to where the change is made."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts import refusals
from accounts.auth import MemberRequest
from accounts.client.errors import Rejected, SessionExpired
from accounts.navigation import go, page, safe_next
from accounts.service import client_ip, is_demo
from accounts.views.security.account import Account, ask, stay
from accounts.views.security.proofs import PROOFS, Proof, send, ways


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: MemberRequest) -> HttpResponse:
    account = ask(request)
    way = wanted(request, account)
    proof = PROOFS[way]
    if request.method != "POST":
        return show(request, account, way, proof.form())
    form = proof.form(request.POST)
    if not form.is_valid():
        return show(request, account, way, form)
    try:
        outcome = proof.call(account, form.cleaned_data[proof.field], client_ip(request))
    except SessionExpired:
        raise
    except Rejected as no:
        form.add_error(proof.field, refusals.say(no, wrong=proof.wrong))
        return show(request, account, way, form, status=refusals.status_of(no))
    return stay(request, outcome, next=back_to(request))


@require_POST
def code(request: MemberRequest) -> HttpResponse:
    """Send a code, then wait for it on the page."""
    account = ask(request)
    way = wanted(request, account)
    if not PROOFS[way].is_sent:
        return go(request, "accounts:verify")
    sent = "1"
    try:
        send(account, way, client_ip=client_ip(request))
    except SessionExpired:
        raise
    except Rejected as no:
        messages.error(request, refusals.say(no))
        sent = ""
    query = urlencode({"by": way, "sent": sent, "next": back_to(request)})
    return go(request, f"{reverse('accounts:verify')}?{query}")


def wanted(request: MemberRequest, account: Account) -> str:
    """The way that was chosen, if it is open to this member; else the first that is."""
    open_ = ways(account)
    asked = request.POST.get("by") or request.GET.get("by", "")
    return asked if asked in open_ else open_[0]


def back_to(request: MemberRequest) -> str:
    return safe_next(request, request.POST.get("next") or request.GET.get("next", ""))


def show(
    request: MemberRequest, account: Account, way: str, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    proof: Proof = PROOFS[way]
    is_waiting = not proof.is_sent or request.method == "POST" or "sent" in request.GET
    context = {
        "account": account,
        "form": form,
        "way": way,
        "others": tuple(other for other in ways(account) if other != way),
        "is_waiting": is_waiting,
        "is_sent": proof.is_sent,
        "next": back_to(request),
        "is_demo": is_demo(),
    }
    partial = "the-form" if request.method == "POST" else ""
    return page(request, "accounts/security/verify.html", context, partial=partial, status=status)
