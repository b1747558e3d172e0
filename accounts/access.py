"""Who may enter a view; whatever is not marked here is for members only."""

from collections.abc import Callable
from functools import wraps
from types import UnionType
from typing import Any, Concatenate, ParamSpec, TypeVar, overload

from django.contrib import messages
from django.http import HttpResponse

from accounts import navigation
from accounts.auth import AuthRequest
from accounts.client.outcomes import Pending
from accounts.pending import CodeSent, Step, sign_in_of

View = TypeVar("View", bound=Callable[..., Any])
S = TypeVar("S", bound=Step)
P = ParamSpec("P")

SINCE = (
    "This browser has gone on as {address} since, so nothing was done. "
    "To go on as somebody else, start again with their address."
)


def anonymous_allowed(view: View) -> View:
    """Anybody may enter; `request.auth.member` says who it is, if the view asks."""
    view.anonymous_allowed = True  # type: ignore[attr-defined]
    return view


def organization_exempt(view: View) -> View:
    """Unsafe requests needn't say which organization they were made for: nothing in it changes."""
    view.organization_exempt = True  # type: ignore[attr-defined]
    return view


def in_background(view: View) -> View:
    """Nobody asked for this request, a timer did: it never clears the session cookie.

    By the time its "that session is over" arrives, the browser may be in the next session. The next
    page that a person asks for clears it. Implies organization_exempt.
    """
    view.in_background = True  # type: ignore[attr-defined]
    return organization_exempt(view)


def allows(view: Callable[..., Any], mark: str) -> bool:
    return getattr(view, mark, False) is True


def is_for_another(request: AuthRequest, step: Pending | CodeSent) -> bool:
    """Whether a form was drawn for another address: another tab has begun that step since."""
    drawn_for = request.POST.get("email_address", "")
    return bool(drawn_for) and drawn_for.casefold() != step.email_address.casefold()


def to_step_of_today(request: AuthRequest, step: Pending | CodeSent) -> HttpResponse:
    """Nothing is tried or entered by such a form; the page of the step says whose it is."""
    messages.info(request, SINCE.format(address=step.email_address))
    return navigation.go(request, navigation.whereabouts(request))


@overload
def during(
    step: type[S],
) -> Callable[
    [Callable[Concatenate[AuthRequest, S, P], HttpResponse]],
    Callable[Concatenate[AuthRequest, P], HttpResponse],
]: ...
@overload
def during(
    step: UnionType,
) -> Callable[
    [Callable[Concatenate[AuthRequest, Pending, P], HttpResponse]],
    Callable[Concatenate[AuthRequest, P], HttpResponse],
]: ...
def during(step: Any) -> Any:
    """Hand the view its pending step, `during(MfaRequired)`, or whichever, `during(Pending)`.

    Whoever has no such step is sent to where they should be. Signed in or not makes no difference:
    a step can wait beside a living session.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def enter(request: AuthRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
            pending = sign_in_of(request.auth.credentials.pending)
            if not isinstance(pending, step):
                return navigation.go(request, navigation.whereabouts(request))
            if is_for_another(request, pending):
                return to_step_of_today(request, pending)
            return view(request, pending, *args, **kwargs)

        return anonymous_allowed(enter)

    return decorate
