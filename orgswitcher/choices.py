"""Organizations as a person chooses between them: what each is to them, and what it will ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.client.entities import (
    DiscoveredOrganization,
    MemberSession,
    Organization,
    is_proof_wanted,
    is_restricted,
)
from accounts.templatetags.ui import method_names

# From this many on a list is searched rather than read.
MANY = 8
SECOND_STEPS = frozenset({"otp", "totp", "recovery_codes"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: `standing` is what the person is there, `requirement` what the click will ask."""

    organization_id: str
    name: str
    slug: str
    logo_url: str
    standing: str
    act: str
    requirement: str = ""

    @property
    def is_joined(self) -> bool:
        return not self.act


def describe_all(
    organizations: Iterable[DiscoveredOrganization], *, email_address: str
) -> tuple[Choice, ...]:
    described = (describe(one, email_address=email_address) for one in organizations)
    return tuple(sorted(described, key=lambda choice: (choice.name.casefold(), choice.slug)))


def describe(discovered: DiscoveredOrganization, *, email_address: str) -> Choice:
    organization = discovered.organization
    standing, act = describe_membership(discovered, email_address=email_address)
    return Choice(
        organization_id=organization.organization_id,
        name=organization.name or organization.slug,
        slug=organization.slug,
        logo_url=organization.logo_url,
        standing=standing,
        act=act,
        requirement=requirement(discovered),
    )


def describe_membership(
    discovered: DiscoveredOrganization, *, email_address: str
) -> tuple[str, str]:
    """What the person is there, and the word for becoming a member where they aren't one."""
    match discovered.membership:
        case "active_member" if discovered.is_unconfirmed:
            organization = discovered.organization
            return f"{organization.name or organization.slug} says you’re a member", "Join"
        case "active_member":
            is_admin = discovered.member is not None and discovered.member.is_admin
            return ("Admin" if is_admin else "Member"), ""
        case "pending_member":
            return "You began to join and didn’t finish", "Finish"
        case "invited_member":
            return "You’re invited", "Accept"
        case "eligible_to_join_by_email_domain":
            return f"Open to {email_address.rpartition('@')[2]} addresses", "Join"
        case _:
            return "Open to people of your workspace", "Join"


def tell(
    organizations: Iterable[DiscoveredOrganization], *, wanted: str
) -> list[dict[str, object]]:
    """For scripts, in the order of the page."""
    fitting = (each for each in organizations if fits(each.organization, wanted))
    ordered = sorted(fitting, key=lambda each: each.organization.name.casefold())
    return [tell_of(each) for each in ordered]


def tell_of(discovered: DiscoveredOrganization) -> dict[str, object]:
    """As the API tells it, without what no page shows."""
    organization, mfa = discovered.organization, discovered.mfa
    allowed = discovered.allowed_auth_methods
    options = mfa and {"mfa_phone_number": mfa.phone, "totp_enrolled": mfa.totp_enrolled}
    return {
        "organization": {
            "organization_id": organization.organization_id,
            "organization_name": organization.name,
            "organization_slug": organization.slug,
        },
        "membership": {"type": discovered.membership},
        "member_authenticated": discovered.member_authenticated,
        "mfa_required": {"member_options": options} if mfa else None,
        "primary_required": None if allowed is None else {"allowed_auth_methods": list(allowed)},
    }


def requirement(discovered: DiscoveredOrganization) -> str:
    """What is missing, by what the service will ask for when the row is pressed; "" for nothing."""
    asked, organization = discovered.allowed_auth_methods, discovered.organization
    if asked is None:
        return "Will ask for a second step" if discovered.mfa is not None else ""
    if not asked:
        return "No way in for you; ask its administrator"
    if is_proof_wanted(organization, asked):
        return "Confirm your address to go on"
    if is_restricted(organization):
        return f"Signs in with {method_names(asked)} only"
    return "Will ask you to sign in there"


def came_in_by(member: MemberSession) -> str:
    """The way in that may show one organization alone: "sso", "password", or "" for any other.

    The service lists no others to somebody whose mailbox isn't proven, and doesn't say whether
    there are any.
    """
    primary = {factor.type for factor in member.factors} - SECOND_STEPS
    if not primary or primary - {"sso", "password"}:
        return ""
    return "sso" if "sso" in primary else "password"


def matching(choices: Iterable[Choice], wanted: str) -> tuple[Choice, ...]:
    return tuple(choice for choice in choices if fits(choice, wanted))


def fits(named: Choice | Organization, wanted: str) -> bool:
    sought = wanted.strip().casefold()
    return sought in named.name.casefold() or sought in named.slug.casefold()
