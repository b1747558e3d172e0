"""What roles may do: the types of an RBAC policy, and what makes one hold together (3.7)."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

MEMBER = "stytch_member"
ADMIN = "stytch_admin"
ANY_ACTION = "*"
# Resources of the service itself; a project adds none of its own under this name.
RESERVED = "stytch."

# CONTRACT 3.7 says nothing of what an id may look like: chosen so that it is fit for a log line.
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
Action = Annotated[str, Field(pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9._:-]{0,127})$")]
Words = Annotated[str, Field(max_length=500)]


class Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    def to_wire(self) -> dict[str, Any]:
        return self.model_dump()


class Permission(Part):
    resource_id: Id
    actions: list[Action]


class Role(Part):
    role_id: Id
    description: Words = ""
    permissions: list[Permission]


class Resource(Part):
    resource_id: Id
    description: Words = ""
    actions: list[Id]


class Policy(Part):
    """As CONTRACT 3.7 writes it, but for scopes: those are of machines, which there are none of."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    resources: list[Resource] = []
    roles: list[Role] = []

    @property
    def actions(self) -> Mapping[str, frozenset[str]]:
        """The actions of each resource."""
        return {each.resource_id: frozenset(each.actions) for each in self.resources}

    @property
    def role_ids(self) -> frozenset[str]:
        return frozenset(role.role_id for role in self.roles)


def problem(roles: Iterable[Role], *, within: Policy) -> str:
    """Why these roles make no sense beside the policy's resources, in a sentence; "" if they do."""
    seen: set[str] = set()
    for role in roles:
        if role.role_id in seen:
            return f"The role {role.role_id} is there twice."
        seen.add(role.role_id)
        for permission in role.permissions:
            reason = _reason(permission, within.actions)
            if reason:
                return f"The role {role.role_id} {reason}"
    return ""


def _reason(permission: Permission, actions: Mapping[str, frozenset[str]]) -> str:
    known = actions.get(permission.resource_id)
    if known is None:
        return f"names the resource {permission.resource_id}, which there is not."
    unknown = sorted(set(permission.actions) - known - {ANY_ACTION})
    if unknown:
        return f"names the action {unknown[0]}, which {permission.resource_id} does not have."
    return ""
