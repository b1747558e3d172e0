"""Somebody else's sign-in came back: both addresses are shown, and the person decides."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import inquiry
from accounts.access import anonymous_allowed
from accounts.arrivals import Arrival
from accounts.auth import AuthRequest
from accounts.client.errors import SessionExpired, StepExpired
from accounts.client.outcomes import Discovered
from accounts.client.tokens import Tokens
from accounts.hydration import hydrate
from accounts.navigation import go, page, whereabouts
from accounts.retirement import retire
from accounts.service import identity
from accounts.stamps import UNKNOWN_END
from accounts.views import beside, discovery

OVER = "That sign-in is over. Begin it again."


@anonymous_allowed
@require_http_methods(["GET", "HEAD", "POST"])
def unasked(request: AuthRequest) -> HttpResponse:
    """A yes counts for the address that was shown; another tab may have brought another since."""
    arrival = request.auth.credentials.arrival
    if arrival is None:
        return go(request, whereabouts(request))
    if request.method != "POST" or request.POST.get("email_address") != arrival.email_address:
        return show(request, arrival)
    try:
        return accept(request, arrival)
    except (SessionExpired, StepExpired):
        request.auth.keep(arrival=None)
        messages.info(request, OVER)
        return go(request, whereabouts(request))


def show(request: AuthRequest, arrival: Arrival) -> HttpResponse:
    member = request.auth.member
    is_here = member is not None and member.email_address.casefold() == arrival.asked.casefold()
    context = {"arrival": arrival, "is_here": is_here, **beside.session(request)}
    return page(request, "accounts/unasked.html", context)


@anonymous_allowed
@require_POST
def refuse(request: AuthRequest) -> HttpResponse:
    """What was held is ended at the service; whoever waits or is signed in here goes on."""
    arrival = request.auth.credentials.arrival
    if arrival is not None:
        drop(request, arrival)
    return go(request, whereabouts(request))


def accept(request: AuthRequest, arrival: Arrival) -> HttpResponse:
    """It ends as it would have at once. The service is asked anew, for nothing but a token is kept.

    When the service is silent the arrival stays, for another press.
    """
    if arrival.session_token:
        outcome = inquiry.ask(Tokens(arrival.session_token, "", UNKNOWN_END))
        response = hydrate(request, outcome, next=arrival.next, asked=arrival.email_address)
    elif isinstance(arrival.step, Discovered):
        discovered = identity().discovery.rediscover(arrival.step.intermediate)
        response = discovery.enter(
            request, discovered, next=arrival.next, asked=arrival.email_address
        )
    elif arrival.step is not None:
        response = hydrate(request, arrival.step, next=arrival.next, asked=arrival.email_address)
    else:
        response = go(request, whereabouts(request))
    request.auth.keep(arrival=None)
    return response


def drop(request: AuthRequest, arrival: Arrival) -> None:
    request.auth.keep(arrival=None)
    here = request.auth.credentials.session
    if arrival.session_token and (here is None or here.session_token != arrival.session_token):
        retire(Tokens(arrival.session_token, "", UNKNOWN_END))
