"""Which organizations a person can enter, and what each still asks for (CONTRACT 2.2, 3.4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from identity import addresses
from identity.factors import Factor
from identity.models import Member, MemberSession, Organization
from identity.operations import colleagues
from identity.operations.standing import (
    MfaNeed,
    current_factors,
    is_joining,
    mfa_need,
    rules_of,
    standing_of,
)
from identity.policy import (
    Decision,
    Granted,
    PrimaryMissing,
    SecondMissing,
    Standing,
    decide,
    leaves,
    transferable,
)

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


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody has proven to be, and where.

    `home` is the organization the factors were proven in, None when they belong to none;
    `has_session` says that a session lives there.
    """

    email_address: str
    factors: tuple[Factor, ...]
    home: Organization | None = None
    has_session: bool = False

    def factors_in(self, organization: Organization) -> tuple[Factor, ...]:
        """All of them at home, elsewhere those that transfer (CONTRACT 5.6)."""
        if self.home is None or self.is_home(organization):
            return self.factors
        return transferable(self.factors)

    def is_home(self, organization: Organization) -> bool:
        return self.home == organization

    def reaches(self, organization: Organization) -> bool:
        """Whether it says anything there: who may see, or enter, more than their home."""
        return self.is_home(organization) or leaves(self.factors)


def of_session(session: MemberSession) -> Proof:
    """What a session has proven of the address that its member has today."""
    member = session.member
    factors = current_factors(member, session.factors)
    return Proof(member.email_address, factors, member.organization, has_session=True)


def discovered_organizations(
    *, email_address: str, factors: tuple[Factor, ...], now: datetime
) -> tuple[Discovered, ...]:
    """What a discovery that has just begun may enter: memberships first, then what may be joined.

    Each by name. Three queries at most, however many there are.
    """
    return everything(Proof(email_address, factors))


def everything(proof: Proof) -> tuple[Discovered, ...]:
    """All five membership types (2.2: what an intermediate session lists)."""
    held = memberships(proof)
    known = [each.organization.organization_id for each in held]
    joinable = [*_by_domain(proof, known=known), *_by_tenant(proof, known=known)]
    unique = {each.organization.organization_id: each for each in reversed(joinable)}
    return (*held, *sorted(unique.values(), key=_name))


def memberships(proof: Proof) -> tuple[Discovered, ...]:
    """The three member types (2.2: what a session lists), as far as the proof reaches."""
    members = Member.objects.filter(email_address=proof.email_address).exclude(
        status=Member.Status.DELETED
    )
    seen = [
        each for each in members.select_related("organization") if proof.reaches(each.organization)
    ]
    return tuple(sorted((_of_member(each, proof) for each in seen), key=_name))


def _of_member(member: Member, proof: Proof) -> Discovered:
    organization = member.organization
    standing = standing_of(member, joining=is_joining(member))
    decision = decide(rules_of(organization), standing, proof.factors_in(organization))
    if proof.has_session and proof.is_home(organization):
        decision = Granted()  # they are in already, whatever the rules have become
    return Discovered(organization, f"{member.status}_member", decision, member=member)


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
