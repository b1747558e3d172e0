"""Proving once more who one is, before a change; then on to it, or the held change is finished."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts import gates, held, refusals, visitors
from accounts.account import Account, ask
from accounts.auth import MemberRequest
from accounts.client.errors import Rejected, SessionExpired
from accounts.client.outcomes import Authenticated, AuthOutcome
from accounts.gates import Gate
from accounts.hydration import hydrate
from accounts.navigation import go, safe_next
from accounts.proofs import PROOFS, send, ways
from accounts.recent import Asking, show
from accounts.views.security import finish
from accounts.views.security.changes import stay
from accounts.visitors import Visitor

ProofView = Callable[[MemberRequest, Account, Asking], HttpResponse]


def while_asking(view: ProofView) -> Callable[[MemberRequest], HttpResponse]:
    """Hand the view what the page carries; what isn't this visitor's to finish goes no further."""

    @wraps(view)
    def enter(request: MemberRequest, /) -> HttpResponse:
        account = ask(request)
        asking = asked(request)
        refusal = finish.refusal(asking, account.session)
        if refusal:
            return finish.refuse(request, asking, refusal)
        if not ways(account, asking.gate):
            return show(request, account, asking)
        return view(request, account, asking)

    return enter


@require_http_methods(["GET", "HEAD", "POST"])
@while_asking
def verify(request: MemberRequest, account: Account, asking: Asking) -> HttpResponse:
    way = wanted(request, account, asking)
    proof = PROOFS[way]
    if request.method != "POST":
        return show(request, account, asking, way=way, is_waiting="sent" in request.GET)
    form = proof.form(request.POST)
    if not form.is_valid():
        return show(request, account, asking, way=way, form=form, is_waiting=True)
    try:
        outcome = proof.call(account, form.cleaned_data[proof.field], asker(request, account))
    except SessionExpired:
        raise
    except Rejected as no:
        form.add_error(proof.field, refusals.say(no, wrong=proof.wrong))
        status = refusals.status_of(no)
        return show(request, account, asking, way=way, form=form, is_waiting=True, status=status)
    return go_on(request, asking, outcome)


@require_POST
@while_asking
def way(request: MemberRequest, account: Account, asking: Asking) -> HttpResponse:
    """Another way to prove it; what is held stays held."""
    return show(request, account, asking, way=wanted(request, account, asking))


@require_POST
@while_asking
def code(request: MemberRequest, account: Account, asking: Asking) -> HttpResponse:
    """Send a code, then wait for it on the page."""
    way = wanted(request, account, asking)
    if not PROOFS[way].is_sent:
        return show(request, account, asking, way=way)
    refusal = ""
    try:
        send(account, way, by=asker(request, account))
    except SessionExpired:
        raise
    except Rejected as no:
        refusal = refusals.say(no)
    if asking.sealed or asking.in_dialog:
        return show(request, account, asking, way=way, is_waiting=True, refusal=refusal)
    if refusal:
        messages.error(request, refusal)
    query = urlencode({"by": way, "sent": "" if refusal else "1", "next": asking.next})
    return go(request, f"{reverse('accounts:verify')}?{query}")


def asker(request: MemberRequest, account: Account) -> Visitor:
    return visitors.at_mailbox(request, account.member.email_address)


def asked(request: MemberRequest) -> Asking:
    sealed = request.POST.get("held", "")
    kept = held.unseal(sealed) if sealed else None
    onward = safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    return Asking(
        gates.at(kept.path if kept else onward) or Gate(),
        next=onward,
        sealed=sealed,
        kept=kept,
        in_dialog=bool(request.htmx) and "in_dialog" in request.POST,
    )


def wanted(request: MemberRequest, account: Account, asking: Asking) -> str:
    """The way that was chosen, if it is open to this member; else the first that is."""
    open_ = ways(account, asking.gate)
    chosen = request.POST.get("by") or request.GET.get("by", "")
    return chosen if chosen in open_ else open_[0]


def go_on(request: MemberRequest, asking: Asking, outcome: AuthOutcome) -> HttpResponse:
    """To the page that was asked for, or the end of what was held; a step that is due is first."""
    if not isinstance(outcome, Authenticated):
        return hydrate(request, outcome, next=asking.next)
    response = stay(request, outcome, next=asking.next)
    if asking.kept:
        return finish.finish(request, asking, asking.kept, outcome.session)
    return finish.send_again(request) if asking.in_dialog else response
