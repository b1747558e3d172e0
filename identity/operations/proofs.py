"""Who somebody has proven to be, and what of it counts where (CONTRACT 5.6).

An address leads to members of any organization, as far as its proof reaches. So does an account at
an OAuth provider of the project: whose address changed there is still who they were. What an
organization's own provider says of its people leads nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass

from identity.errors import ApiError, bad_request
from identity.factors import Factor, is_doubted, without_word
from identity.models import IntermediateSession, Member, MemberSession, Organization
from identity.operations import accounts, holders
from identity.operations.accounts import Account
from identity.operations.standing import current_factors
from identity.policy import IMPERSONATED, leaves, transferable
from identity.provenance import Provenance
from identity.provider_addresses import not_verified


@dataclass(frozen=True, slots=True)
class Proof:
    """`home` is the organization the factors were proven in, None when they belong to none;
    `has_session` says that a session lives there.
    """

    email_address: str
    factors: tuple[Factor, ...]
    home: Organization | None = None
    has_session: bool = False

    @property
    def accounts(self) -> tuple[Account, ...]:
        """At OAuth providers; none of a session that is somebody else's."""
        return self._accounts(accounts.account_of)

    @property
    def origins(self) -> tuple[Account, ...]:
        """The same, with those by which other organizations were entered on the way here."""
        return self._accounts(accounts.origin_of)

    def _accounts(self, of: Callable[[Factor], Account | None]) -> tuple[Account, ...]:
        if any(factor.type == IMPERSONATED for factor in self.factors):
            return ()
        return tuple(each for each in map(of, self.factors) if each and each.provider)

    def factors_in(self, organization: Organization) -> tuple[Factor, ...]:
        """All of them at home, elsewhere those that transfer (CONTRACT 5.6)."""
        own = tuple(each for each in self.factors if each.is_silent_or_of(self.email_address))
        return own if self.home is None or self.is_home(organization) else transferable(own)

    def factors_as(self, member: Member, *, known: frozenset[Account]) -> tuple[Factor, ...]:
        """The same for a member, who holds the `known` ones of the accounts.

        Those say nothing of an address that isn't the member's, or came with no word for it, or
        that the provider doubts: it is the account then that leads here, as in arrivals.said_of.
        """
        is_address = member.email_address == self.email_address
        named = self.factors_in(member.organization) if is_address else ()
        by_address = tuple(each for each in named if not _is_moot(each, known))
        brought = {(each.type, each.method) for each in by_address}
        by_account = (each for each in self.factors if accounts.account_of(each) in known)
        added = (each for each in by_account if (each.type, each.method) not in brought)
        return (*by_address, *map(without_word, added))

    def is_home(self, organization: Organization) -> bool:
        return self.home == organization

    def is_in(self, organization: Organization) -> bool:
        """A session of theirs lives there."""
        return self.has_session and self.is_home(organization)

    def reaches(self, organization: Organization) -> bool:
        """Whether the address says anything there: who may see, or enter, more than their home."""
        return self.is_home(organization) or leaves(self.factors)


def _is_moot(factor: Factor, known: frozenset[Account]) -> bool:
    """A provider's doubt of the address, where the account itself is known."""
    return factor.provenance == Provenance.DOUBTED and accounts.account_of(factor) in known


def of_session(session: MemberSession) -> Proof:
    """What a session has proven of the address that its member has today."""
    member = session.member
    factors = current_factors(member, session.factors)
    return Proof(member.email_address, factors, member.organization, has_session=True)


def of_intermediate(intermediate: IntermediateSession) -> Proof:
    return Proof(intermediate.email_address, intermediate.factors, intermediate.organization)


def as_member(proof: Proof, member: Member) -> tuple[Factor, ...]:
    """What counts for this one member."""
    return proof.factors_as(member, known=holders.of(proof.accounts).accounts_of(member))


def is_of(intermediate: IntermediateSession, member: Member) -> bool:
    """Whether the start of a sign-in is this person's: by its address, or by an account."""
    if intermediate.email_address == member.email_address:
        return True
    held = holders.of(of_intermediate(intermediate).accounts)
    return bool(held.accounts_of(member))


def check_counts(proof: Proof, organization: Organization) -> None:
    """Before it is looked up who has the address there."""
    if not proof.factors_in(organization):
        raise of_another_organization()


def check_is_vouched_for(proof: Proof) -> None:
    """Outside of any organization an address that its provider doubts leads nowhere, and nothing
    is written for it. Raises provider_email_not_verified 400.
    """
    if proof.home is None and is_doubted(proof.factors):
        raise not_verified()


def of_another_organization() -> ApiError:
    return bad_request(
        "invalid_intermediate_session_token_for_organization",
        "The intermediate session was started in another organization.",
    )
