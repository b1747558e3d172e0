"""Signing in to an organization by its own identity provider (CONTRACT 2.7)."""

from datetime import datetime
from functools import partial

from identity.errors import ApiError, forbidden
from identity.models import Member, Organization, ProviderToken
from identity.operations import (
    accounts,
    arrivals,
    audit,
    oauth,
    organizations,
    provider_tokens,
    provisioning,
)
from identity.operations.accounts import sso_factor
from identity.operations.arrivals import Arrival
from identity.operations.audit import Attempt
from identity.operations.mailbox import Held
from identity.operations.one_time import Use
from identity.operations.provider_tokens import Facts, Kind
from identity.operations.sign_in import Finished, Terms, resume, sign_in

FACTOR = "sso"


def authenticate(*, token: str, verifier: str, held: Held, terms: Terms, now: datetime) -> Finished:
    """Who isn't a member yet becomes one if sso_jit_provisioning lets the connection make them."""
    with audit.attempt(action="sso.authenticate", factor=FACTOR, now=now) as attempt:
        entering = partial(_entering, attempt=attempt, held=held, terms=terms, now=now)
        _, finished = provider_tokens.redeem(
            kind=Kind.SSO, token=token, verifier=verifier, by=entering, now=now
        )
        attempt.member = finished.member
    return finished


def _entering(
    facts: Facts, *, attempt: Attempt, held: Held, terms: Terms, now: datetime
) -> Use[ProviderToken, Finished]:
    def first(row: ProviderToken) -> tuple[Finished, str]:
        attempt.organization = organization = organizations.get(row.organization_id or "")
        factor = sso_factor(facts.identity, connection_id=facts.by, now=now)
        arrival = Arrival(organization, factor, facts.identity.email_address)
        member = arrivals.known(arrival, attempt=attempt, now=now) or _newcomer(arrival, now=now)
        finished = sign_in(
            member=member,
            factors=(arrivals.said_of(member, arrival),),
            presented=held.resolve(now=now),
            joining=member.status != Member.Status.ACTIVE,
            terms=terms,
            now=now,
        )
        oauth.name(finished, facts)
        return finished, finished.session_token or finished.intermediate_session_token

    return Use(first, lambda token: resume(answer=token, now=now))


def _newcomer(arrival: Arrival, *, now: datetime) -> Member:
    account = accounts.account_of(arrival.factor)
    if account is None or not _may_join(arrival.organization, connection_id=account.connection_id):
        raise _not_allowed()
    address = arrival.email_address
    return provisioning.let_in(organization=arrival.organization, email_address=address, now=now)


def _may_join(organization: Organization, *, connection_id: str) -> bool:
    if organization.sso_jit_provisioning == "RESTRICTED":
        return connection_id in organization.sso_jit_provisioning_allowed_connections
    return organization.sso_jit_provisioning == "ALL_ALLOWED"


def _not_allowed() -> ApiError:
    return forbidden(
        "invalid_connection_for_jit_provisioning",
        "The organization lets nobody join by this connection.",
    )
