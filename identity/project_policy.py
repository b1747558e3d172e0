"""The project's RBAC policy: the contract's defaults, and what the file RBAC_POLICY adds."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import ValidationError

from identity import rbac
from identity.rbac import ADMIN, ANY_ACTION, MEMBER, RESERVED, Permission, Policy, Resource, Role

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
    "delete", "revoke-sessions", "update.info.name",
    "update.info.untrusted-metadata", "update.info.mfa-phone", "update.info.delete.mfa-phone",
    "update.info.delete.mfa-totp", "update.info.delete.password",
    "update.info.unlink.retired-email", "update.settings.mfa-enrolled",
    "update.settings.default-mfa-method", "get.connected-apps", "revoke.connected-app",
)  # fmt: skip
MEMBER_ACTIONS = (
    "create", "search", *SELF_ACTIONS, "update.info.email", "update.settings.is-breakglass",
    "update.settings.roles",
)  # fmt: skip
CONNECTION_ACTIONS = ("create", "get", "update", "delete")
RESOURCES = {
    "stytch.organization": ("The organization and its settings", ORGANIZATION_ACTIONS),
    "stytch.member": ("The organization's members", MEMBER_ACTIONS),
    "stytch.sso": ("Single sign-on connections", CONNECTION_ACTIONS),
    "stytch.scim": ("SCIM connections", CONNECTION_ACTIONS),
    "stytch.self": ("The member's own account", SELF_ACTIONS),
}


def current() -> Policy:
    """Read once; another file needs a restart."""
    return read(Path(settings.RBAC_POLICY))


@lru_cache(maxsize=8)
def read(path: Path) -> Policy:
    """The defaults and what the file adds; raises ImproperlyConfigured, naming the mistake."""
    try:
        added = Policy.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ImproperlyConfigured(f"RBAC_POLICY names {path}, which can't be read.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ImproperlyConfigured(f"RBAC_POLICY, {path}: {where}: {first['msg']}.") from error
    mistake = _mistake(added) or rbac.problem(added.roles, within=_merged(added))
    if mistake:
        raise ImproperlyConfigured(f"RBAC_POLICY, {path}: {mistake}")
    return _merged(added)


def _mistake(added: Policy) -> str:
    resource_ids = [resource.resource_id for resource in added.resources]
    for resource_id in resource_ids:
        if resource_ids.count(resource_id) > 1:
            return f"The resource {resource_id} is there twice."
        if resource_id.startswith(RESERVED):
            return f"The resource {resource_id} is the service's own; choose another name."
    return ""


def _merged(added: Policy) -> Policy:
    """What the file says of the two default roles comes on top of what they have."""
    by_id = {role.role_id: role for role in added.roles}
    defaults = [_extended(role, by_id.pop(role.role_id, None)) for role in _default_roles()]
    own = [
        Resource(resource_id=resource_id, description=description, actions=list(actions))
        for resource_id, (description, actions) in RESOURCES.items()
    ]
    return Policy(resources=[*own, *added.resources], roles=[*defaults, *by_id.values()])


def _default_roles() -> tuple[Role, Role]:
    return (
        _role(MEMBER, "Every member of an organization", "stytch.self"),
        _role(ADMIN, "Administers the organization", *RESOURCES),
    )


def _extended(role: Role, by: Role | None) -> Role:
    if by is None:
        return role
    permissions = [*role.permissions, *by.permissions]
    return Role(
        role_id=role.role_id,
        description=by.description or role.description,
        permissions=permissions,
    )


def _role(role_id: str, description: str, *resource_ids: str) -> Role:
    permissions = [Permission(resource_id=each, actions=[ANY_ACTION]) for each in resource_ids]
    return Role(role_id=role_id, description=description, permissions=permissions)
