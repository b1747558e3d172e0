"""May a member of a session do this: the contract's role check, no more (CONTRACT 4.6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from identity.errors import forbidden
from identity.models import Member
from identity.operations import roles

ANY_ACTION = "*"


@dataclass(frozen=True, slots=True)
class Check:
    """`organization_id` must be the session's own; resource and action match exactly."""

    organization_id: str
    resource_id: str
    action: str


def granting_roles(member: Member, check: Check) -> tuple[str, ...]:
    """The session's roles that allow it, at least one.

    The organization may be named by id, slug or external id (1.2; for the check INFERRED).
    Raises session_authorization_tenancy_error and session_authorization_error, both 403.
    """
    organization = member.organization
    names = {
        organization.organization_id,
        organization.organization_slug,
        organization.organization_external_id,
    }
    if check.organization_id not in names:
        raise forbidden(
            "session_authorization_tenancy_error", "The session is of another organization."
        )
    held = set(roles.ids(member))
    granting = [name for name in _allowing(organization.custom_roles, check) if name in held]
    if not granting:
        raise forbidden(
            "session_authorization_error", "The member is not authorized to perform this action."
        )
    return tuple(dict.fromkeys(granting))


def _allowing(custom_roles: list[dict[str, Any]], check: Check) -> Iterator[str]:
    """`*` stands for every action; for resources there is no wildcard."""
    for role in [*roles.policy()["roles"], *custom_roles]:
        for permission in role["permissions"]:
            named = permission["resource_id"] == check.resource_id
            if named and {check.action, ANY_ACTION} & set(permission["actions"]):
                yield role["role_id"]
