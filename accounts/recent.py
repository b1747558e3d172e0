"""`@recently_verified`: a sensitive route is open to who has just proven that it's them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import gates, held
from accounts.account import Account, ask
from accounts.answers import NO_SWAP
from accounts.auth import MemberRequest
from accounts.gates import RECENTLY, Gate
from accounts.held import Held
from accounts.navigation import go, here, page, safe_next
from accounts.proofs import PROOFS, ways
from accounts.session_check import SAFE

TOO_MUCH = "That was too much to keep for you meanwhile. Prove that it’s you, then send it again."

P = ParamSpec("P")


class VerifiedRequest(MemberRequest):
    """What a view behind a gate gets; `account` is what the service said a moment ago."""

    account: Account


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page that asks for a proof carries from form to form.

    `next` is where to go after it, or where to go back to when a POST is held: `sealed` as it
    travels, `kept` as it was opened, None when it isn't one of ours.
    """

    gate: Gate
    next: str
    sealed: str = field(default="", repr=False)
    kept: Held | None = None
    in_dialog: bool = False


def recently_verified(
    *, within: timedelta = RECENTLY, factor: str = "second", shows_page: bool = False
) -> Callable[
    [Callable[Concatenate[VerifiedRequest, P], HttpResponse]],
    Callable[Concatenate[MemberRequest, P], HttpResponse],
]:
    """Open the view to who proved `factor` in the last `within`, by the service's word of now.

    `factor` is "second" (any, for who has no second one), "any", or a type of gates.PROVABLE. A
    POST is held and finished after the proof, once. A page that is asked for comes after it; with
    `shows_page` before it, and should say `{% announce_gate %}`.
    """
    gate = Gate(within, factor, shows_page)

    def decorate(
        view: Callable[Concatenate[VerifiedRequest, P], HttpResponse],
    ) -> Callable[Concatenate[MemberRequest, P], HttpResponse]:
        @wraps(view)
        def enter(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            account = ask(request)
            if not is_open(gate, account) and not (gate.shows_page and request.method in SAFE):
                return prove_first(request, account, gate)
            verified = cast("VerifiedRequest", request)
            verified.account = account
            return view(verified, *args, **kwargs)

        gates.mark(enter, gate)
        return enter

    return decorate


def is_open(gate: Gate, account: Account) -> bool:
    has_second = bool(account.usable)
    return gate.is_passed(account.session.factors, has_second=has_second, now=timezone.now())


def prove_first(request: MemberRequest, account: Account, gate: Gate) -> HttpResponse:
    """Under htmx the proof is asked for in a dialog, over the page that stays as it is."""
    if request.method in SAFE:
        query = urlencode({"next": here(request)})
        return go(request, f"{reverse('accounts:verify')}?{query}")
    asking = Asking(
        gate,
        next=came_from(request),
        sealed=held.hold(request, account.session, now=timezone.now()),
        in_dialog=bool(request.htmx),
    )
    if not (asking.sealed or asking.in_dialog):
        messages.info(request, TOO_MUCH)
    response = show(request, account, asking, partial="gate")
    if asking.in_dialog:
        response["HX-Reswap"] = NO_SWAP
    return response


def came_from(request: MemberRequest) -> str:
    """The page that the form was on, to go back to."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host():
        return reverse("accounts:home")
    return safe_next(request, referer._replace(scheme="", netloc="", fragment="").geturl())


def show(
    request: MemberRequest,
    account: Account,
    asking: Asking,
    *,
    way: str = "",
    form: forms.Form | None = None,
    is_waiting: bool = False,
    refusal: str = "",
    partial: str = "proof",
    status: int = 200,
) -> HttpResponse:
    """Ask for a proof, in the way that was chosen or the first there is; "" when there is none."""
    open_ = ways(account, asking.gate)
    way = way or next(iter(open_), "")
    proof = PROOFS.get(way)
    context = {
        "account": account,
        "asking": asking,
        "way": way,
        "others": tuple(other for other in open_ if other != way),
        "form": form or (proof.form() if proof else None),
        "is_sent": bool(proof and proof.is_sent),
        "is_waiting": bool(proof and (is_waiting or not proof.is_sent)),
        "refusal": refusal,
    }
    template = "accounts/security/verify.html"
    return page(request, template, context, partial=partial, status=status)
