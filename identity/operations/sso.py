"""Signing in to an organization by its own identity provider (CONTRACT 2.7)."""

from datetime import datetime

from identity.errors import ApiError, forbidden
from identity.models import Member, Organization, ProviderToken
from identity.operations import (
    audit,
    members,
    oauth,
    organizations,
    provider_tokens,
    provisioning,
)
from identity.operations.mailbox import Held
from identity.operations.one_time import Use
from identity.operations.provider_tokens import Facts, Kind
from identity.operations.registrations import sso_factor
from identity.operations.sign_in import Finished, Terms, resume, sign_in

FACTOR = "sso"


def authenticate(*, token: str, verifier: str, held: Held, terms: Terms, now: datetime) -> Finished:
    """Who isn't a member yet becomes one if sso_jit_provisioning lets the connection make them."""
    with audit.attempt(action="sso.authenticate", factor=FACTOR, now=now) as attempt:
        _, finished = provider_tokens.redeem(
            kind=Kind.SSO,
            token=token,
            verifier=verifier,
            by=lambda facts: _entering(facts, held=held, terms=terms, now=now),
            now=now,
        )
        attempt.member = finished.member
    return finished


def _entering(
    facts: Facts, *, held: Held, terms: Terms, now: datetime
) -> Use[ProviderToken, Finished]:
    def first(row: ProviderToken) -> tuple[Finished, str]:
        organization = organizations.get(row.organization_id or "")
        member = _member(organization, facts=facts, now=now)
        finished = sign_in(
            member=member,
            factors=(sso_factor(facts.identity, connection_id=facts.by, now=now),),
            presented=held.resolve(now=now),
            joining=member.status != Member.Status.ACTIVE,
            terms=terms,
            now=now,
        )
        oauth.name(finished, facts)
        return finished, finished.session_token or finished.intermediate_session_token

    return Use(first, lambda token: resume(answer=token, now=now))


def _member(organization: Organization, *, facts: Facts, now: datetime) -> Member:
    address = facts.identity.email_address
    member = members.with_email(organization=organization, email_address=address)
    if member:
        return member
    if not _may_join(organization, connection_id=facts.by):
        raise _not_allowed()
    return provisioning.let_in(organization=organization, email_address=address, now=now)


def _may_join(organization: Organization, *, connection_id: str) -> bool:
    if organization.sso_jit_provisioning == "RESTRICTED":
        return connection_id in organization.sso_jit_provisioning_allowed_connections
    return organization.sso_jit_provisioning == "ALL_ALLOWED"


def _not_allowed() -> ApiError:
    return forbidden(
        "invalid_connection_for_jit_provisioning",
        "The organization lets nobody join by this connection.",
    )
