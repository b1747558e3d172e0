"""From a proven address onwards: straight to the one organization, or to the choice."""

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
from accounts.service import (
    creates_first_organization,
    identity,
    session_duration_minutes,
)
from outbound.mail_domains import organization_name_for

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
    outcome = None if must_ask(request, next) else onward(discovered)
    return hydrate(request, outcome or discovered, next=next, asked=asked)


def onward(discovered: Discovered) -> AuthOutcome | None:
    """Where nothing is to be decided: in, or to the step that is missing; None asks."""
    alone = only_own(discovered.organizations)
    try:
        if alone is not None:
            return exchanged(discovered, alone)
        if not discovered.organizations and creates_first_organization():
            return created(discovered)
    except StepExpired:
        raise  # a second press of something used up: the caller knows what it was
    except Rejected:
        pass  # the page that asks says why
    return None


def exchanged(discovered: Discovered, alone: DiscoveredOrganization) -> AuthOutcome:
    return identity().discovery.exchange(
        discovered.intermediate.token,
        organization_id=alone.organization.organization_id,
        session_duration_minutes=session_duration_minutes(),
    )


def created(discovered: Discovered) -> AuthOutcome:
    """With the name that is derived from the address, as from the form that would have asked."""
    return identity().discovery.create_organization(
        discovered.intermediate.token,
        name=organization_name_for(discovered.email_address),
        session_duration_minutes=session_duration_minutes(),
    )


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


def only_own(
    organizations: tuple[DiscoveredOrganization, ...],
) -> DiscoveredOrganization | None:
    """The one to go to unasked, if only to the step that it asks for. It is one that they have
    entered before: never one that invites them, or only says itself that they belong there.

    What anybody does in it after that, its admin can see, and the person would be the proven
    colleague by whom it is offered to their whole domain.
    """
    match organizations:
        case (
            DiscoveredOrganization(membership="active_member", is_unconfirmed=False) as alone,
        ) if alone.allowed_auth_methods != ():  # or there is no step to go to
            return alone
        case _:
            return None


def must_ask(request: AuthRequest, next: str) -> bool:
    """A living session is never replaced unasked, and who came to create is not sent elsewhere."""
    return request.auth.member is not None or next == reverse("orgswitcher:organization_new")
