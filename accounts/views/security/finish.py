"""Finishing the POST that a gate held: once, for who sent it, as if it had come only now."""

from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import ResolverMatch, resolve
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts import gates
from accounts.answers import NO_SWAP
from accounts.auth import MemberRequest
from accounts.client.entities import MemberSession
from accounts.held import Held, Refusal
from accounts.navigation import page
from accounts.recent import Asking

STATUS = {Refusal.NOT_YOURS: 409, Refusal.TOO_LATE: 410, Refusal.USED: 409}


def refusal(asking: Asking, session: MemberSession) -> Refusal | None:
    """Why what the page holds isn't to be finished; also when nothing says that it's ours."""
    if not asking.sealed:
        return None
    if asking.kept is None:
        return Refusal.NOT_YOURS
    return asking.kept.refusal(session, now=timezone.now())


def refuse(request: MemberRequest, asking: Asking, refusal: Refusal) -> HttpResponse:
    request.member = request.auth.member or request.member  # renewed by the proof, if there was one
    context = {"asking": asking, "refusal": refusal.value}
    template = "accounts/security/unfinishable.html"
    return page(request, template, context, partial="proof", status=STATUS[refusal])


def finish(
    request: MemberRequest, asking: Asking, kept: Held, session: MemberSession
) -> HttpResponse:
    """Let the view answer; its own gate, and all else it asks for, decide once more.

    The middleware let this POST in when it came, and by what binds it nobody has moved since.
    """
    late = kept.refusal(session, now=timezone.now())
    match = resolve(urlsplit(kept.path).path)
    if late or gates.of(match.func) is None:
        return refuse(request, asking, late or Refusal.NOT_YOURS)
    if not kept.spend():
        return refuse(request, asking, Refusal.USED)
    become(request, kept, match)
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return place(request, response, kept) if asking.in_dialog else response


def become(request: MemberRequest, kept: Held, match: ResolverMatch) -> None:
    """The very request goes on as what was held, so that cookies, notices and token are its own.

    This form's CSRF token was checked on the way in, and what is held proves that the other's was.
    """
    _, _, request.path_info, query, _ = urlsplit(kept.path)
    request.path = f"{request.META.get('SCRIPT_NAME', '').rstrip('/')}{request.path_info}"
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)
    request.POST = QueryDict(kept.body)
    request._files = MultiValueDict()  # type: ignore[attr-defined]
    request._body = kept.body.encode()
    request.resolver_match = match


def place(request: MemberRequest, response: HttpResponse, kept: Held) -> HttpResponse:
    """Where the answer would have gone without the gate; the dialog is gone with it.

    A form behind a gate leaves by a redirect or swaps itself (hx-swap="outerHTML").
    """
    if response.has_header("HX-Redirect") or response.has_header("HX-Reswap"):
        return response  # it leaves, or knows its place: a note in the corner, or the next dialog
    response["HX-Reswap"] = "outerHTML" if kept.target else NO_SWAP
    response["HX-Retarget"] = f"#{kept.target}" if kept.target else "body"
    response.content += passed(request).encode()
    return response


def send_again(request: MemberRequest) -> HttpResponse:
    """What couldn't be held is still in its form, and now the way is free."""
    response = HttpResponse(passed(request, send_again=True))
    response["HX-Reswap"] = NO_SWAP
    return response


def passed(request: MemberRequest, *, send_again: bool = False) -> str:
    """Takes the dialog away, and hands every form on the page a fresh token."""
    context = {"send_again": send_again}
    return render_to_string("accounts/security/passed.html", context, request=request)
