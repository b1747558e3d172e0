"""Who says that a person reads the mail of an address, and what their word is good for.

What the mailbox itself shows is a fact of the project. The word of an organization's own provider,
or of its admin, is a fact in that organization alone: anybody can found an organization, and
connect a provider that says whatever they like.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Provenance(StrEnum):
    """Weakest first, as `strongest` compares them."""

    NOBODY = ""
    # An OAuth provider names the address and says itself that nobody has proven it.
    DOUBTED = "doubted"
    # Verified before it was noted by whom.
    UNKNOWN = "unknown"
    # An admin of the organization, the backend, or an import.
    ADMIN = "admin"
    # The organization's own provider, by single sign-on.
    OWN_PROVIDER = "own_provider"
    # An OAuth provider has seen the address proven once, and doesn't vouch for it today (5.4).
    SEEN = "seen"
    # An OAuth provider that vouches for the whole domain.
    VOUCHED = "vouched"
    # A code or a link that was mailed there.
    MAILBOX = "mailbox"


class Use(StrEnum):
    """What leaves the organization that somebody has signed in to."""

    LIST = "list organizations"
    EXCHANGE = "exchange"
    # To found an organization, or to accept another one's invite.
    DISCOVERY = "discovery"
    JOIN_BY_DOMAIN = "join by domain"
    # To be the member by whom the domain is proven for an organization.
    COLLEAGUE = "verified colleague"
    # Whether a password that is set on this word leads outside too.
    PASSWORD_RESET = "password reset"  # noqa: S105 a use, no password
    # To be shown by name in a list of accounts to choose from.
    KNOWN_BY = "known by"
    # To be taken for a member by one's own doing, and not by the organization's word alone.
    MEMBERSHIP = "own membership"


EVERYTHING = frozenset(Use)
NOTHING: frozenset[Use] = frozenset()
# CONTRACT 5.6: such a login counts elsewhere, but joining and founding ask for more (5.4).
AS_A_LOGIN = frozenset({Use.LIST, Use.EXCHANGE, Use.PASSWORD_RESET})

GOOD_FOR: Mapping[Provenance, frozenset[Use]] = {
    Provenance.NOBODY: NOTHING,
    Provenance.DOUBTED: NOTHING,
    Provenance.UNKNOWN: NOTHING,
    Provenance.ADMIN: NOTHING,
    Provenance.OWN_PROVIDER: NOTHING,
    Provenance.SEEN: AS_A_LOGIN,
    Provenance.VOUCHED: EVERYTHING,
    Provenance.MAILBOX: EVERYTHING,
}


def is_good(provenance: Provenance, use: Use) -> bool:
    return use in GOOD_FOR[provenance]


def good_ones(use: Use) -> list[Provenance]:
    """For queries over stored provenances."""
    return [each for each in Provenance if is_good(each, use)]


def strongest(provenances: Iterable[Provenance]) -> Provenance:
    order = list(Provenance)
    return max(provenances, key=order.index, default=Provenance.NOBODY)
