"""Whether what comes back is whom this browser asked for; if not, it is held for a yes.

A link, an invitation or a provider may bring somebody else's sign-in, by mistake or by a trick: who
is signed in unawares as another gives that other all they do. So the two addresses are compared
where every flow ends, and a difference is shown to the person before any cookie of a session.
"""

from django.http import HttpResponse
from django.utils import timezone

from accounts.arrivals import Arrival
from accounts.auth import AuthRequest
from accounts.client.outcomes import Authenticated, Pending
from accounts.navigation import go
from accounts.pending import address_of as address_of_step


def address_of(outcome: Authenticated | Pending) -> str:
    if not isinstance(outcome, Authenticated):
        return outcome.email_address
    return outcome.member.email_address if outcome.member else outcome.session.email_address


def expected(request: AuthRequest, outcome: Authenticated | Pending, asked: str | None) -> str:
    """Whom this browser waits for: by the flow itself, by its step, or by the session it is in.

    Of a session only a finished sign-in takes the place; the pages of a step name both.
    """
    held = request.auth.credentials
    waits_for = asked if asked is not None else address_of_step(held.pending) or held.email_address
    replaces = isinstance(outcome, Authenticated) and held.session is not None
    return waits_for or (held.member_address if replaces else "")


def is_another(wanted: str, outcome: Authenticated | Pending) -> bool:
    """Nobody in particular was asked for by who named no address."""
    return bool(wanted) and wanted.casefold() != address_of(outcome).casefold()


def hold(
    request: AuthRequest, outcome: Authenticated | Pending, *, asked: str, onward: str
) -> HttpResponse:
    """Nothing of it is in the browser but sealed; the page that it goes to asks."""
    arrival = Arrival(
        asked,
        address_of(outcome),
        timezone.now(),
        next=onward,
        session_token=outcome.tokens.session_token if isinstance(outcome, Authenticated) else "",
        step=None if isinstance(outcome, Authenticated) else outcome,
    )
    request.auth.keep(arrival=arrival)
    return go(request, "accounts:unasked")
