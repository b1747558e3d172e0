"""Landing with a mailed link that signs in."""

from django.http import HttpResponse

from accounts import forms, visitors
from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected
from accounts.client.outcomes import AuthOutcome, Discovered
from accounts.cookies import CodeSent
from accounts.hydration import hydrate
from accounts.navigation import page
from accounts.service import identity, session_duration_minutes
from accounts.views import beside, discovery, doors, waiting


def landing(request: AuthRequest, form: forms.Link) -> HttpResponse:
    """Mail scanners fetch links and some press buttons: only the browser that asked goes on."""
    step = asked_here(request, form)
    member = request.auth.member
    stranger = member is not None and (step is None or step.email_address != member.email_address)
    context = {
        "form": form,
        "step": step,
        "member": member,
        "replaces": stranger,
        "is_invite": form.cleaned_data["stytch_token_type"] == forms.ORGANIZATION,
        "autosubmit": step is not None and bool(step.mark) and not stranger,
    }
    # Named before the first press, so that a second one is known to be the same browser's.
    return visitors.remember(request, page(request, "accounts/link.html", context))


def enter(request: AuthRequest, form: forms.Link) -> HttpResponse:
    step = asked_here(request, form)
    try:
        return go_in(request, form, step)
    except RateLimited:
        raise
    except Rejected:
        context = {"step": step or waiting.link_in_hand(request), **beside.session(request)}
        return page(request, "accounts/link_used.html", context, status=410)


def go_in(request: AuthRequest, form: forms.Link, step: CodeSent | None) -> HttpResponse:
    outcome = consume(request, form, step)
    onward = step.next if step else ""
    if step is not None:
        waiting.take_up(request, step)
    if isinstance(outcome, Discovered):
        return discovery.enter(request, outcome, next=onward, wish=step)
    return hydrate(request, outcome, next=onward, asked=step.email_address if step else None)


def consume(request: AuthRequest, form: forms.Link, step: CodeSent | None) -> AuthOutcome:
    token, by = form.cleaned_data["token"], visitors.at_mailbox(request, _address(step))
    factors = identity().factors
    if form.cleaned_data["stytch_token_type"] == forms.DISCOVERY:
        return factors.authenticate_discovery_link(token, **by)
    return factors.authenticate_link(
        token,
        **by,
        session_duration_minutes=session_duration_minutes(),
        **doors.token_of(step.held if step else None),
    )


def _address(step: CodeSent | None) -> str:
    return step.email_address if step else ""


def asked_here(request: AuthRequest, form: forms.Link) -> CodeSent | None:
    """The step of this browser that asked for this very mail.

    Where the service takes no marks, the one that asked for a link of this kind: it says where to
    go on, but a script presses nothing for it.
    """
    step = waiting.for_mark(request, form.cleaned_data["asked"])
    perhaps = None if step else waiting.unmarked(request)
    if perhaps is None:
        return step
    of_organization = form.cleaned_data["stytch_token_type"] == forms.ORGANIZATION
    # with the link to set a password comes one that signs in without
    asked = perhaps.held is not None or perhaps.method == "password"
    return perhaps if of_organization == asked else None
