"""Back from a provider: its word is checked, the app gets a one-time token (2.7, 2.8)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from identity import oidc, parties, provider_http
from identity.claim_shapes import text
from identity.errors import ApiError
from identity.factors import wire_time
from identity.models import Member, OIDCConnection, Organization
from identity.oidc import Grant, Identity, RelyingParty
from identity.operations import (
    accounts,
    arrivals,
    audit,
    connection_party,
    connections,
    holders,
    members,
    organizations,
    provider_tokens,
    redirects,
)
from identity.operations.arrivals import Arrival
from identity.operations.flows import Flow, Kind
from identity.operations.provider_tokens import Facts
from identity.provider_addresses import not_verified
from identity.provider_refusals import refused


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider sent the browser back with: a code, or an error."""

    code: str = field(repr=False)
    error: str
    description: str = field(default="", repr=False)


def finish(flow: Flow, *, answer: Answer, now: datetime) -> str:
    """Where the browser goes on: to the app's redirect URL, with a token or with an error.

    The one GET that writes: after a provider's proven answer to what this very browser began.
    """
    try:
        return _accept(flow, answer=answer, now=now)
    except ApiError as error:
        return redirects.failed(
            redirect_url=flow.login_url, token_type=flow.kind, error=error.error_type
        )


def _accept(flow: Flow, *, answer: Answer, now: datetime) -> str:
    name = "sso" if flow.kind == Kind.SSO else "oauth"
    factor = name if flow.kind == Kind.SSO else f"oauth_{flow.by}"
    with audit.attempt(action=f"{name}.callback", factor=factor, now=now) as attempt:
        organization = organizations.get(flow.organization_id) if flow.organization_id else None
        attempt.organization = organization
        connection = connections.get(flow.by) if flow.kind == Kind.SSO else None
        identity, values = _ask(flow, connection=connection, answer=answer, now=now)
        if organization is None and identity.email_doubted:
            _check_known(identity, by=flow.by, now=now)
        member = _known(organization, identity, flow=flow, now=now)
        attempt.member = member
        token = provider_tokens.issue(
            kind=flow.kind,
            facts=Facts(flow.by, identity, values),
            organization=organization,
            connection=connection,
            challenge=flow.challenge,
            now=now,
        )
    active = member is not None and member.status == Member.Status.ACTIVE
    url = flow.login_url if active or not organization else flow.signup_url
    return redirects.link(redirect_url=url, token_type=flow.kind, token=token)


def _ask(
    flow: Flow, *, connection: OIDCConnection | None, answer: Answer, now: datetime
) -> tuple[Identity, dict[str, Any]]:
    if not answer.code:
        hidden = (flow.state, flow.nonce, flow.verifier)
        raise refused(answer.error, answer.description, hidden=hidden)
    with provider_http.chosen_by(connection.organization_id if connection else None):
        party = connection_party.party(connection) if connection else parties.party(flow.by)
        grant = _grant(flow, party=party, code=answer.code)
        if connection:
            return connection_party.who(connection, grant), {}
        return parties.get(flow.by).who(grant), _values(grant, now=now)


def _grant(flow: Flow, *, party: RelyingParty, code: str) -> Grant:
    return oidc.redeem(
        party,
        code=code,
        redirect_uri=flow.redirect_uri,
        verifier=flow.verifier,
        nonce=flow.nonce,
    )


def _check_known(identity: Identity, *, by: str, now: datetime) -> None:
    """The account leads to its own members, as the address that it names may be anybody's.

    An unknown one can't begin here: there is nobody to prove the address as. It can at a page of an
    organization, where the mailbox is proven beside it once; a code by mail can anywhere.
    """
    account = accounts.account_of(accounts.oauth_factor(identity, provider=by, now=now))
    if account is None or not holders.of([account]).have_any_living:
        raise not_verified()


def _known(
    organization: Organization | None, identity: Identity, *, flow: Flow, now: datetime
) -> Member | None:
    if organization is None:
        return None
    if flow.kind == Kind.SSO:
        factor = accounts.sso_factor(identity, connection_id=flow.by, now=now)
    else:
        factor = accounts.oauth_factor(identity, provider=flow.by, now=now)
    address = identity.email_address
    if row := arrivals.registration_of(Arrival(organization, factor, address)):
        return row.member
    return members.with_email(organization=organization, email_address=address)


def _values(grant: Grant, *, now: datetime) -> dict[str, Any]:
    """The provider's own tokens, for the app to call it with (CONTRACT 2.7 provider_values).

    What it didn't give is null, as in the service's own examples.
    """
    seconds = grant.tokens.get("expires_in")
    ends = None
    if isinstance(seconds, int) and 0 < seconds < 10**9:
        ends = wire_time(now + timedelta(seconds=seconds))
    return {
        "access_token": grant.access_token,
        "refresh_token": text(grant.tokens, "refresh_token") or None,
        "scopes": text(grant.tokens, "scope").replace(",", " ").split(),
        "expires_at": ends,
        "id_token": text(grant.tokens, "id_token") or None,
    }
