"""Which roles a member holds and why, and the project's policy that gives them meaning."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from identity import addresses
from identity.errors import bad_request
from identity.models import Member, Organization

MEMBER = "stytch_member"
ADMIN = "stytch_admin"

# CONTRACT 3.7, 3.9: the five resources, their actions by the dashed names.
ORGANIZATION_ACTIONS = (
    "update.info.name", "update.info.slug", "update.info.logo-url",
    "update.settings.allowed-auth-methods", "update.settings.allowed-mfa-methods",
    "update.settings.mfa-policy", "update.settings.implicit-roles",
    "update.settings.allowed-domains", "update.settings.email-invites",
    "update.settings.email-jit-provisioning", "update.settings.sso-jit-provisioning",
    "update.settings.oauth-tenant-jit-provisioning", "update.settings.allowed-oauth-tenants",
    "update.settings.default-sso-connection", "delete",
)  # fmt: skip
SELF_ACTIONS = (
    "delete", "revoke-sessions", "update.info.name", "update.info.email",
    "update.info.untrusted-metadata", "update.info.mfa-phone", "update.info.delete.mfa-phone",
    "update.info.delete.mfa-totp", "update.info.delete.password",
    "update.info.unlink.retired-email", "update.settings.mfa-enrolled",
    "update.settings.default-mfa-method", "get.connected-apps", "revoke.connected-app",
)  # fmt: skip
MEMBER_ACTIONS = (
    "create", "search", *SELF_ACTIONS, "update.settings.is-breakglass", "update.settings.roles",
)  # fmt: skip
CONNECTION_ACTIONS = ("create", "get", "update", "delete")
RESOURCES = {
    "stytch.organization": ("The organization and its settings", ORGANIZATION_ACTIONS),
    "stytch.member": ("The organization's members", MEMBER_ACTIONS),
    "stytch.sso": ("Single sign-on connections", CONNECTION_ACTIONS),
    "stytch.scim": ("SCIM connections", CONNECTION_ACTIONS),
    "stytch.self": ("The member's own account", SELF_ACTIONS),
}


@dataclass(frozen=True, slots=True)
class HeldRole:
    """`sources` says why it is held, in the wire's shape (CONTRACT 3.2)."""

    role_id: str
    sources: tuple[dict[str, Any], ...]

    def to_wire(self) -> dict[str, Any]:
        return {"role_id": self.role_id, "sources": list(self.sources)}


def effective(member: Member) -> tuple[HeldRole, ...]:
    """Every member is a stytch_member; the rest was given directly or by e-mail domain."""
    sources: dict[str, list[dict[str, Any]]] = {MEMBER: []}
    for role_id in (MEMBER, *member.roles):
        sources.setdefault(role_id, []).append({"type": "direct_assignment", "details": {}})
    for domain, role_id in _by_email(member):
        source = {"type": "email_assignment", "details": {"email_domain": domain}}
        sources.setdefault(role_id, []).append(source)
    return tuple(HeldRole(role_id, tuple(why)) for role_id, why in sources.items())


def ids(member: Member) -> tuple[str, ...]:
    return tuple(role.role_id for role in effective(member))


def is_admin(member: Member) -> bool:
    return ADMIN in ids(member)


def check_known(*, organization: Organization, role_ids: list[str]) -> list[str]:
    """The direct assignments to keep, each once; stytch_member goes without saying."""
    known = {MEMBER, ADMIN} | {role["role_id"] for role in organization.custom_roles}
    unknown = [role_id for role_id in role_ids if role_id not in known]
    if unknown:
        raise bad_request("invalid_role", "At least one role does not exist.")
    return [role_id for role_id in dict.fromkeys(role_ids) if role_id != MEMBER]


def policy() -> dict[str, Any]:
    """The project's RBAC policy: the contract's defaults (CONTRACT 3.7)."""
    return {
        "roles": [
            _role(MEMBER, "Every member of an organization", "stytch.self"),
            _role(ADMIN, "Administers the organization", *RESOURCES),
        ],
        "resources": [
            {"resource_id": resource_id, "description": description, "actions": list(actions)}
            for resource_id, (description, actions) in RESOURCES.items()
        ],
        "scopes": [],
    }


def _role(role_id: str, description: str, *resource_ids: str) -> dict[str, Any]:
    permissions = [{"resource_id": each, "actions": ["*"]} for each in resource_ids]
    return {"role_id": role_id, "description": description, "permissions": permissions}


def _by_email(member: Member) -> Iterator[tuple[str, str]]:
    """An address nobody has proven gives no role."""
    if not member.email_address_verified:
        return
    domain = addresses.domain_of(member.email_address)
    for assignment in member.organization.rbac_email_implicit_role_assignments:
        if assignment["domain"] == domain:
            yield domain, assignment["role_id"]
