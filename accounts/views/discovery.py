"""From a proven address onwards: straight into the one organization, or to the choice."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from accounts import unasked
from accounts.auth import AuthRequest
from accounts.client.entities import DiscoveredOrganization
from accounts.client.errors import Rejected, StepExpired
from accounts.client.outcomes import AuthOutcome, Discovered
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
    asked: str | None = None,
) -> HttpResponse:
    """Go in within the POST that proved the address, so that no GET ever creates a session.

    `wish` is what the mail was asked for with: from an organization's page the way leads there.
    `asked` is as for `hydrate`; for another's address no session is begun before the yes.
    """
    asked = wish.email_address if wish is not None else asked
    if unasked.is_another(unasked.expected(request, discovered, asked), discovered):
        return hydrate(request, discovered, next=next, asked=asked)
    if wish is not None and wish.organization_id:
        return enter_organization(request, discovered, wish)
    alone = only_ready(discovered.organizations)
    outcome = None if must_ask(request, next) else exchanged(discovered, alone)
    return hydrate(request, outcome or discovered, next=next, asked=asked)


def exchanged(discovered: Discovered, alone: DiscoveredOrganization | None) -> AuthOutcome | None:
    """What entering the one organization leads to; None leaves it to the choice."""
    if alone is None:
        return None
    try:
        return identity().discovery.exchange(
            discovered.intermediate.token,
            organization_id=alone.organization.organization_id,
            session_duration_minutes=session_duration_minutes(),
        )
    except StepExpired:
        raise  # a second press of something used up: the caller knows what it was
    except Rejected:
        return None


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
        return hydrate(request, discovered, next=wish.next, asked=wish.email_address)
    return hydrate(request, outcome, next=wish.next, asked=wish.email_address)


def only_ready(
    organizations: tuple[DiscoveredOrganization, ...],
) -> DiscoveredOrganization | None:
    """The one to go into unasked: never one that only says itself that the person belongs there.

    What anybody does in it after that, its admin can see, and the person would be the proven
    colleague by whom it is offered to their whole domain.
    """
    match organizations:
        case (
            DiscoveredOrganization(
                membership="active_member", member_authenticated=True, is_unconfirmed=False
            ),
        ):
            return organizations[0]
        case _:
            return None


def must_ask(request: AuthRequest, next: str) -> bool:
    """A living session is never replaced unasked, and who came to create is not sent elsewhere."""
    return request.auth.member is not None or next == reverse("orgswitcher:organization_new")
