"""Sending a sign-in mail, and the pages around waiting for it."""

from dataclasses import replace
from typing import Literal

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import push_url, reswap, retarget

from accounts import answers, forms, refusals, visitors
from accounts.auth import AuthRequest
from accounts.client.errors import Rejected
from accounts.cookies import CodeSent
from accounts.navigation import go, page, safe_next
from accounts.service import is_demo, offered_providers
from accounts.views import beside, choices, postal, waiting as waiting_for

Method = Literal["code", "link", "password"]

RESEND_AFTER = 30  # seconds: long enough for a mail to arrive, short enough to wait for
LIFETIMES = {"code": 600, "link": 3600, "password": 1800}  # seconds, as the service mails them


def send(request: AuthRequest, *, email_address: str, method: Method, next: str) -> HttpResponse:
    """Known or unknown, the address gets the same answer; what is refused is left to the caller."""
    now = timezone.now()
    return send_for(request, CodeSent(email_address, method=method, sent_at=now, next=next))


def send_for(request: AuthRequest, wish: CodeSent) -> HttpResponse:
    mark = "" if wish.method == "code" else waiting_for.new_mark()
    waiting_for.take_up(request, postal.post(request, replace(wish, mark=mark)))
    return visitors.remember(request, go(request, "accounts:login_code"))


def repeat(request: AuthRequest, step: CodeSent, *, method: Method) -> HttpResponse:
    """Once more, or in the other form, from the page that waits."""
    try:
        return send_for(request, replace(step, method=method, sent_at=timezone.now()))
    except Rejected as no:
        response = waiting(request, step, notice=refusals.say(no), status=refusals.status_of(no))
        return answers.with_wait(response, no)


def refuse(request: AuthRequest, form: forms.Login, no: Rejected) -> HttpResponse:
    """Stay where the visitor is: the mail sent before may still be good."""
    step = request.auth.credentials.pending
    if isinstance(step, CodeSent) and step.email_address == form.cleaned_data["email_address"]:
        response = waiting(request, step, notice=refusals.say(no), status=refusals.status_of(no))
    else:
        form.add_error("email_address", refusals.say(no))
        response = asking(request, form, status=refusals.status_of(no))
    return answers.with_wait(response, no)


def asking(
    request: AuthRequest, form: forms.Login, *, notice: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "notice": notice,
        "choices": choices.of_discovery(offered_providers()),
        "last_method": request.auth.credentials.last_method,
        "is_demo": is_demo(),
        "onward": safe_next(request, form["next"].value() or ""),
    }
    return page(request, "accounts/login.html", context, status=status)


def waiting(
    request: AuthRequest,
    step: CodeSent,
    *,
    form: forms.Code | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    age = int((timezone.now() - step.sent_at).total_seconds())
    context = {
        "form": form or forms.Code(initial={"email_address": step.email_address}),
        "step": step,
        "notice": notice,
        "resend_in": max(0, RESEND_AFTER - age),
        "onward": safe_next(request, step.next),
        "is_demo": is_demo(),
        **beside.session(request),
    }
    partial = "code-form" if request.method == "POST" and form else ""
    return page(request, "accounts/code.html", context, partial=partial, status=status)


def has_expired(step: CodeSent) -> bool:
    return (timezone.now() - step.sent_at).total_seconds() > LIFETIMES[step.method]


def start_again(
    request: AuthRequest, *, email_address: str, next: str = "", no: Rejected | None = None
) -> HttpResponse:
    """Begin anew with the address kept."""
    request.auth.replace(pending=None)
    notice = refusals.say(no) if no else refusals.TOOK_TOO_LONG
    return ask_anew(request, email_address=email_address, next=next, notice=notice)


def ask_anew(
    request: AuthRequest, *, email_address: str, notice: str, next: str = ""
) -> HttpResponse:
    """A form swapped into a corner becomes the whole page."""
    form = forms.Login(initial={"email_address": email_address, "next": next})
    response = asking(request, form, notice=notice)
    if request.htmx:
        response = push_url(response, reverse("accounts:login"))
        response = reswap(retarget(response, "body"), "outerHTML")
    return response
