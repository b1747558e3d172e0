"""From a proven address onwards: straight into the one organization, or to the choice."""

from django.http import HttpResponse
from django.urls import reverse

from accounts.auth import AuthRequest
from accounts.client.entities import DiscoveredOrganization
from accounts.client.errors import Rejected, StepExpired
from accounts.client.outcomes import Discovered
from accounts.hydration import hydrate
from accounts.service import identity, session_duration_minutes


def enter(request: AuthRequest, discovered: Discovered, *, next: str = "") -> HttpResponse:
    """Go in within the POST that proved the address, so that no GET ever creates a session."""
    alone = only_ready(discovered.organizations)
    if alone is None or must_ask(request, next):
        return hydrate(request, discovered, next=next)
    try:
        outcome = identity().discovery.exchange(
            discovered.intermediate.token,
            organization_id=alone.organization.organization_id,
            session_duration_minutes=session_duration_minutes(),
        )
    except StepExpired:
        raise  # a second press of something used up: the caller knows what it was
    except Rejected:
        return hydrate(request, discovered, next=next)
    return hydrate(request, outcome, next=next)


def only_ready(
    organizations: tuple[DiscoveredOrganization, ...],
) -> DiscoveredOrganization | None:
    match organizations:
        case (DiscoveredOrganization(membership="active_member", member_authenticated=True),):
            return organizations[0]
        case _:
            return None


def must_ask(request: AuthRequest, next: str) -> bool:
    """A living session is never replaced unasked, and who came to create is not sent elsewhere."""
    return request.auth.member is not None or next == reverse("orgswitcher:organization_new")
