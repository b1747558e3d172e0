"""From a proven address onwards: straight into the one organization, or to the choice."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from accounts.auth import AuthRequest
from accounts.client.entities import DiscoveredOrganization
from accounts.client.errors import Rejected, StepExpired
from accounts.client.outcomes import Discovered
from accounts.hydration import hydrate
from accounts.pending import CodeSent
from accounts.service import identity, session_duration_minutes

UNKNOWN_THERE = "{name} doesn’t know {address}. This is where that address may go."


def enter(
    request: AuthRequest,
    discovered: Discovered,
    *,
    next: str = "",
    wish: CodeSent | None = None,
) -> HttpResponse:
    """Go in within the POST that proved the address, so that no GET ever creates a session.

    `wish` is what the mail was asked for with: from an organization's page the way leads there.
    """
    if wish is not None and wish.organization_id:
        return enter_organization(request, discovered, wish)
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


def enter_organization(
    request: AuthRequest, discovered: Discovered, wish: CodeSent
) -> HttpResponse:
    """Who has proven the address may be told that it has no place there, and where it has one."""
    try:
        outcome = identity().discovery.exchange(
            discovered.intermediate.token,
            organization_id=wish.organization_id,
            session_duration_minutes=session_duration_minutes(),
        )
    except StepExpired:
        raise
    except Rejected:
        said = UNKNOWN_THERE.format(name=wish.organization_name, address=discovered.email_address)
        messages.warning(request, said)
        return hydrate(request, discovered, next=wish.next)
    return hydrate(request, outcome, next=wish.next)


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
