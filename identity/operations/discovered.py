"""Which organizations a person can enter, and what each still asks for (CONTRACT 2.2, 3.4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from identity import addresses
from identity.factors import Factor, is_doubted
from identity.models import Member, Organization
from identity.operations import colleagues, holders, strange_accounts
from identity.operations.decisions import decision_of
from identity.operations.holders import Holders
from identity.operations.proofs import Proof
from identity.operations.standing import MfaNeed, is_joining, mfa_need, rules_of
from identity.operations.strange_accounts import Noted
from identity.policy import (
    Decision,
    Granted,
    PrimaryMissing,
    SecondMissing,
    Standing,
    decide,
    transferable,
)
from identity.provenance import Provenance, Use, is_good

BY_DOMAIN = "eligible_to_join_by_email_domain"
BY_TENANT = "eligible_to_join_by_oauth_tenant"
# Which providers have tenants (CONTRACT 3.3 allowed_oauth_tenants), by delivery method.
TENANT_PROVIDERS = {"oauth_slack": "slack", "oauth_hubspot": "hubspot", "oauth_github": "github"}


@dataclass(frozen=True, slots=True)
class Discovered:
    """`kind` is one of the five membership types; domain, provider, tenant explain the last two."""

    organization: Organization
    kind: str
    decision: Decision
    member: Member | None = None
    domain: str = ""
    provider: str = ""
    tenant: str = ""
    # Of members: that is what the organization says, and they haven't shown it themselves yet.
    is_unconfirmed: bool = False

    @property
    def member_authenticated(self) -> bool:
        """Whether entering asks for nothing more."""
        return isinstance(self.decision, Granted)

    @property
    def primary_required(self) -> tuple[str, ...] | None:
        decision = self.decision
        return decision.allowed_auth_methods if isinstance(decision, PrimaryMissing) else None

    @property
    def mfa_required(self) -> MfaNeed | None:
        return mfa_need(self.member) if isinstance(self.decision, SecondMissing) else None


def discovered_organizations(
    *, email_address: str, factors: tuple[Factor, ...], now: datetime
) -> tuple[Discovered, ...]:
    """What a discovery that has just begun may enter: memberships first, then what may be joined.

    Each by name. Three queries at most, three more for accounts elsewhere, however many there are.
    """
    return everything(Proof(email_address, factors))


def everything(proof: Proof) -> tuple[Discovered, ...]:
    """All five membership types (2.2: what an intermediate session lists)."""
    held = memberships(proof)
    if proof.home and not transferable(proof.factors):
        return held  # found by their account alone: the address isn't known to be theirs
    if is_doubted(proof.factors):
        return held  # nobody joins by such an address (provisioning.py)
    known = [each.organization.organization_id for each in held]
    joinable = [*_by_domain(proof, known=known), *_by_tenant(proof, known=known)]
    unique = {each.organization.organization_id: each for each in reversed(joinable)}
    return (*held, *sorted(unique.values(), key=_name))


def memberships(proof: Proof) -> tuple[Discovered, ...]:
    """The three member types (2.2: what a session lists), as far as the proof reaches.

    By the accounts as well, whatever address a member has. Who has the address and another account
    of the same provider is somebody else: the one whom it belonged to before (arrivals.py).
    """
    known = holders.of(proof.accounts)
    rows = Member.objects.filter(Q(email_address=proof.email_address) | Q(pk__in=known.member_ids))
    living = list(rows.exclude(status=Member.Status.DELETED).select_related("organization"))
    others = holders.held_by_others(living, proof.origins)
    seen = [each for each in living if _is_theirs(each, proof, known=known, others=others)]
    noted = strange_accounts.noted(seen, proof.factors)
    told = (_of_member(each, proof, known=known, noted=noted) for each in seen)
    return tuple(sorted(told, key=_name))


def _is_theirs(member: Member, proof: Proof, *, known: Holders, others: frozenset[str]) -> bool:
    """As elsewhere.py finds the one member in an organization."""
    if proof.is_home(member.organization):
        return member.email_address == proof.email_address
    if row := known.row_in(member.organization_id):
        return row.member_id == member.member_id
    return proof.reaches(member.organization) and member.member_id not in others


def _of_member(member: Member, proof: Proof, *, known: Holders, noted: Noted) -> Discovered:
    factors = proof.factors_as(member, known=known.accounts_of(member))
    return Discovered(
        member.organization,
        f"{member.status}_member",
        decision_of(
            member,
            strange_accounts.doubted(member, factors, known=noted),
            joining=is_joining(member),
            is_in=proof.is_in(member.organization),
        ),
        member=member,
        is_unconfirmed=_is_unconfirmed(member, proof),
    )


def _is_unconfirmed(member: Member, proof: Proof) -> bool:
    """Nobody has shown the mailbox there: its own provider, its admin or an import made a member.

    Anybody can found an organization and say so of any address. Who holds a proof of that very
    organization is in it by their own doing.
    """
    shown = is_good(Provenance(member.email_provenance), Use.MEMBERSHIP)
    return not shown and not proof.is_home(member.organization)


def _by_domain(proof: Proof, *, known: Iterable[str]) -> Iterator[Discovered]:
    """JIT is on, the domain is allowed, and a member has proven an address there (2.2)."""
    domain = addresses.domain_of(proof.email_address)
    proving = colleagues.proving(domain).filter(organization=OuterRef("pk"))
    # As text, because SQLite can't look into JSON lists; the exact comparison is below.
    likely = Organization.objects.filter(
        Exists(proving),
        email_jit_provisioning="RESTRICTED",
        email_allowed_domains__icontains=f'"{domain}"',
    )
    for organization in likely.exclude(pk__in=known):
        if domain in organization.email_allowed_domains:
            decision = _if_joining(organization, proof)
            yield Discovered(organization, BY_DOMAIN, decision, domain=domain)


def _by_tenant(proof: Proof, *, known: Iterable[str]) -> Iterator[Discovered]:
    """The workspace somebody signed in from is one the organization trusts (3.3)."""
    if not list(tenants_of(proof.factors)):
        return
    trusting = Organization.objects.filter(oauth_tenant_jit_provisioning="RESTRICTED")
    for organization in trusting.exclude(pk__in=known):
        found = trusted_tenant(organization, proof.factors)
        if found:
            provider, tenant = found
            decision = _if_joining(organization, proof)
            yield Discovered(organization, BY_TENANT, decision, provider=provider, tenant=tenant)


def tenants_of(factors: tuple[Factor, ...]) -> Iterator[tuple[str, str]]:
    """Provider and tenant, of those providers that have tenants."""
    for factor in factors:
        provider = TENANT_PROVIDERS.get(factor.delivery_method, "")
        if provider:
            yield from ((provider, tenant) for tenant in factor.tenants)


def trusted_tenant(
    organization: Organization, factors: tuple[Factor, ...]
) -> tuple[str, str] | None:
    """The first one whose people the organization lets in (3.3)."""
    if organization.oauth_tenant_jit_provisioning != "RESTRICTED":
        return None
    allowed = organization.allowed_oauth_tenants
    held = tenants_of(factors)
    return next((each for each in held if each[1] in allowed.get(each[0], [])), None)


def _if_joining(organization: Organization, proof: Proof) -> Decision:
    standing = Standing(joining=True)
    return decide(rules_of(organization), standing, proof.factors_in(organization))


def _name(discovered: Discovered) -> tuple[str, str]:
    organization = discovered.organization
    return organization.organization_name.casefold(), organization.organization_id
