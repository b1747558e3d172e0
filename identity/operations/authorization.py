"""May a member of a session do this: the contract's role check, no more (CONTRACT 4.6)."""

from collections.abc import Iterator
from dataclasses import dataclass

from identity import project_policy
from identity.errors import ApiError, forbidden
from identity.models import Member, Organization
from identity.operations import organizations, roles
from identity.rbac import ANY_ACTION, Role


@dataclass(frozen=True, slots=True)
class Check:
    """`organization_id` must name the session's own; resource and action match exactly."""

    organization_id: str
    resource_id: str
    action: str


def granting_roles(member: Member, check: Check) -> tuple[str, ...]:
    """The session's roles that allow it, at least one.

    The organization may be named by id, slug or external id (1.2; for the check INFERRED).
    Raises session_authorization_tenancy_error and session_authorization_error, both 403.
    """
    if _organization_id(check) != member.organization_id:
        raise tenancy_error()
    granting = granting_ids(member, resource_id=check.resource_id, action=check.action)
    if not granting:
        raise refused()
    return granting


def granting_ids(member: Member, *, resource_id: str, action: str) -> tuple[str, ...]:
    """The member's roles that allow it, possibly none; `*` stands for actions, never resources."""
    held = set(roles.ids(member))
    allowing = _allowing(member.organization, resource_id=resource_id, action=action)
    return tuple(dict.fromkeys(role_id for role_id in allowing if role_id in held))


def tenancy_error() -> ApiError:
    return forbidden(
        "session_authorization_tenancy_error", "The session is of another organization."
    )


def refused() -> ApiError:
    return forbidden(
        "session_authorization_error", "The member is not authorized to perform this action."
    )


def _organization_id(check: Check) -> str:
    """Which organization is meant, by everybody's way of finding one: "" is none.

    Compared with the session's own names, a slug could stand for another organization's id.
    """
    try:
        return organizations.get(check.organization_id).organization_id
    except ApiError:
        return ""


def _allowing(organization: Organization, *, resource_id: str, action: str) -> Iterator[str]:
    own = map(Role.model_validate, organization.custom_roles)
    for role in (*project_policy.current().roles, *own):
        for permission in role.permissions:
            named = permission.resource_id == resource_id
            if named and {action, ANY_ACTION} & set(permission.actions):
                yield role.role_id
