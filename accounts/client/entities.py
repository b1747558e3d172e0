"""What the identity service knows: organizations, members, sessions and their factors."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Generic, TypeVar

T = TypeVar("T")
NO_CLAIMS: Mapping[str, object] = MappingProxyType({})

# CONTRACT 3.4; anything else is a membership this app could not explain to anyone
MEMBERSHIPS = frozenset(
    {
        "active_member",
        "pending_member",
        "invited_member",
        "eligible_to_join_by_email_domain",
        "eligible_to_join_by_oauth_tenant",
    }
)
# CONTRACT 3.3, the one that costs nobody a text first
MFA_METHODS = ("totp", "sms_otp")
# CONTRACT 5.4: the methods that prove the address at the moment of use
EMAIL_VERIFYING = frozenset({"sso", "microsoft_oauth", "email_otp", "magic_link", "google_oauth"})


@dataclass(frozen=True, slots=True)
class SsoConnection:
    """CONTRACT 3.6, without its secrets; `kind` is saml, oidc, external, "" when not told."""

    connection_id: str
    display_name: str = ""
    identity_provider: str = ""
    status: str = "active"
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """CONTRACT 3.3, as far as this app uses it."""

    organization_id: str
    name: str
    slug: str
    logo_url: str = ""
    email_allowed_domains: tuple[str, ...] = ()
    email_jit_provisioning: str = "NOT_ALLOWED"
    email_invites: str = "NOT_ALLOWED"
    auth_methods: str = "ALL_ALLOWED"
    allowed_auth_methods: tuple[str, ...] = ()
    mfa_policy: str = "OPTIONAL"
    mfa_methods: str = "ALL_ALLOWED"
    allowed_mfa_methods: tuple[str, ...] = ()
    sso_active_connections: tuple[SsoConnection, ...] = ()
    sso_default_connection_id: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """CONTRACT 3.2, as far as this app uses it; `roles` are role ids, an id "" says: has none."""

    member_id: str
    organization_id: str
    email_address: str
    name: str = ""
    status: str = ""
    roles: tuple[str, ...] = ()
    is_admin: bool = False
    is_breakglass: bool = False
    is_locked: bool = False
    email_address_verified: bool = False
    mfa_enrolled: bool = False
    mfa_phone_number: str = ""
    mfa_phone_number_verified: bool = False
    totp_registration_id: str = ""
    default_mfa_method: str = ""
    password_id: str = ""
    created_at: datetime | None = None
    untrusted_metadata: Mapping[str, object] = field(default_factory=dict, hash=False)
    trusted_metadata: Mapping[str, object] = field(default_factory=dict, hash=False)


def allowed_mfa_methods(organization: Organization, member: Member) -> tuple[str, ...]:
    """What may be the second step of this member (CONTRACT 5.5, 3.2 for breakglass)."""
    if organization.mfa_methods != "RESTRICTED" or member.is_breakglass:
        return MFA_METHODS
    return tuple(each for each in MFA_METHODS if each in organization.allowed_mfa_methods)


def is_proof_wanted(organization: Organization, asked: tuple[str, ...]) -> bool:
    """Whether what is missing is a proof of the address, and not another way in (CONTRACT 5.4).

    Then `asked` are methods that prove it, and not simply those that the organization accepts.
    """
    if not asked or not EMAIL_VERIFYING.issuperset(asked):
        return False
    return not is_restricted(organization) or set(asked) != set(organization.allowed_auth_methods)


def is_restricted(organization: Organization) -> bool:
    return organization.auth_methods == "RESTRICTED"


@dataclass(frozen=True, slots=True)
class Factor:
    """One way the person proved who they are; `detail` is the address, or the phone masked."""

    type: str
    delivery_method: str
    last_authenticated_at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MemberSession:
    """CONTRACT 3.1. `issued_at` and `jwt_expires_at` are known only when it was read from a JWT.

    `known_address` is the member's, from elsewhere: passwords and providers name none. So is
    `name`, what the member is called, "" when they have no name.
    """

    member_session_id: str
    member_id: str
    organization_id: str
    organization_slug: str
    started_at: datetime
    last_accessed_at: datetime
    expires_at: datetime
    factors: tuple[Factor, ...] = ()
    roles: tuple[str, ...] = ()
    custom_claims: Mapping[str, object] = field(default_factory=lambda: NO_CLAIMS, hash=False)
    issued_at: datetime | None = None
    jwt_expires_at: datetime | None = None
    known_address: str = ""
    name: str = ""

    @property
    def email_address(self) -> str:
        """The address last proven in this session; the one known when no factor was an e-mail."""
        proven = (f.detail for f in self.factors if f.delivery_method == "email")
        return next(proven, self.known_address)

    def known_as(self, address: str, name: str = "") -> "MemberSession":
        """The same, with the member's name, and `address` where the session itself names none."""
        known = address if not self.email_address else self.known_address
        if (known, name) == (self.known_address, self.name):
            return self
        return replace(self, known_address=known, name=name)


@dataclass(frozen=True, slots=True)
class MfaOptions:
    """What the member could use as a second step; `phone` is masked, "" without one."""

    phone: str = ""
    totp_enrolled: bool = False


@dataclass(frozen=True, slots=True)
class DiscoveredOrganization:
    """CONTRACT 3.4: an organization the person is in or may join, and what it still asks for."""

    organization: Organization
    membership: str
    member: Member | None = None
    # An active membership that rests on the organization's word alone.
    is_unconfirmed: bool = False
    member_authenticated: bool = False
    allowed_auth_methods: tuple[str, ...] | None = None
    mfa: MfaOptions | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a search; `total` is None when the service does not count."""

    items: tuple[T, ...]
    total: int | None = None
    next_cursor: str = ""
