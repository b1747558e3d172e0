"""What an unfinished sign-in discovers now, looked at before a page is shown for it."""

from django.http import HttpResponse

from accounts.auth import AuthRequest
from accounts.client.errors import RateLimited, Rejected
from accounts.client.outcomes import Discovered, Pending
from accounts.service import identity
from accounts.views import mailing


def rediscovered(request: AuthRequest, step: Pending) -> Discovered | HttpResponse:
    """Where the service refuses the step, the page that begins anew with its address.

    Raises RateLimited, with the step as good as it was, and Unavailable.
    """
    try:
        return identity().discovery.rediscover(step.intermediate)
    except RateLimited:
        raise
    except Rejected as no:
        return mailing.start_again(request, email_address=step.email_address, no=no)
