"""Signing in by a provider's word: into an organization, or to the list of them (CONTRACT 2.7)."""

from datetime import datetime
from functools import partial

from identity import names
from identity.errors import intermediate_session_not_found
from identity.models import Member, ProviderToken
from identity.operations import (
    arrivals,
    audit,
    organizations,
    presented,
    provider_tokens,
    provisioning,
)
from identity.operations.accounts import oauth_factor
from identity.operations.arrivals import Arrival
from identity.operations.audit import Attempt
from identity.operations.intermediates import new_intermediate
from identity.operations.mailbox import Held, Recognized, recognized
from identity.operations.one_time import Use
from identity.operations.provider_tokens import Facts, Kind
from identity.operations.sign_in import Finished, Terms, resume, sign_in

FACTOR = "oauth"


def authenticate(
    *, token: str, verifier: str, held: Held, terms: Terms, now: datetime
) -> tuple[Facts, Finished]:
    """Who isn't a member yet joins by the organization's rules (5.6), and then proves the address
    unless the provider did (5.4)."""
    with audit.attempt(action="oauth.authenticate", factor=FACTOR, now=now) as attempt:
        entering = partial(_entering, attempt=attempt, held=held, terms=terms, now=now)
        facts, finished = provider_tokens.redeem(
            kind=Kind.OAUTH, token=token, verifier=verifier, by=entering, now=now
        )
        attempt.member = finished.member
    return facts, finished


def authenticate_discovery(*, token: str, verifier: str, now: datetime) -> tuple[Facts, Recognized]:
    with audit.attempt(action="oauth.authenticate", factor=FACTOR, now=now):
        return provider_tokens.redeem(
            kind=Kind.DISCOVERY,
            token=token,
            verifier=verifier,
            by=lambda facts: _discovery(facts, now=now),
            now=now,
        )


def _entering(
    facts: Facts, *, attempt: Attempt, held: Held, terms: Terms, now: datetime
) -> Use[ProviderToken, Finished]:
    def first(row: ProviderToken) -> tuple[Finished, str]:
        attempt.organization = organization = organizations.get(row.organization_id or "")
        factor = oauth_factor(facts.identity, provider=facts.by, now=now)
        arrival = Arrival(organization, factor, facts.identity.email_address)
        member = arrivals.known(arrival, attempt=attempt, now=now) or provisioning.join(
            organization=organization,
            email_address=facts.identity.email_address,
            factors=(factor,),
            now=now,
        )
        finished = sign_in(
            member=member,
            factors=(arrivals.said_of(member, arrival),),
            presented=held.resolve(now=now),
            joining=member.status != Member.Status.ACTIVE,
            terms=terms,
            now=now,
        )
        name(finished, facts)
        return finished, finished.session_token or finished.intermediate_session_token

    return Use(first, lambda token: resume(answer=token, now=now))


def name(finished: Finished, facts: Facts) -> None:
    """Who has got in and has no name yet is called what the provider calls them."""
    member, said = finished.member, facts.identity.name[:256]
    if finished.session and said and not member.name and not names.holds_address(said):
        member.name = said
        member.save(update_fields=["name"])


def _discovery(facts: Facts, *, now: datetime) -> Use[ProviderToken, Recognized]:
    def first(row: ProviderToken) -> tuple[Recognized, str]:
        factor = oauth_factor(facts.identity, provider=facts.by, now=now)
        address = facts.identity.email_address
        intermediate, token = new_intermediate(email_address=address, factors=(factor,), now=now)
        return recognized(intermediate, token=token, now=now), token

    def again(token: str) -> Recognized:
        found = presented.intermediate(token)
        if found is None or found.expires_at <= now:
            raise intermediate_session_not_found()
        return recognized(found, token=token, now=now)

    return Use(first, again)
