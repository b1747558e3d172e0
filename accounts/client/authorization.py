"""Whether a session's roles allow something: the contract's check, a pure one (CONTRACT 4.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from accounts.client.entities import MemberSession

ANY_ACTION = "*"


@dataclass(frozen=True, slots=True)
class AuthorizationCheck:
    """What somebody is about to do, and in which organization; all three are matched exactly."""

    organization_id: str
    resource_id: str
    action: str

    def to_wire(self) -> dict[str, str]:
        return {
            "organization_id": self.organization_id,
            "resource_id": self.resource_id,
            "action": self.action,
        }


@dataclass(frozen=True, slots=True)
class Role:
    """CONTRACT 3.7; `grants` are pairs of resource and action, the action `*` for all of them."""

    role_id: str
    description: str = ""
    grants: frozenset[tuple[str, str]] = frozenset()


Roles: TypeAlias = Mapping[str, Role]


def allows(roles: Roles, session: MemberSession, check: AuthorizationCheck) -> bool:
    """Return whether one of the session's roles grants it; in another organization none does.

    A role that is not among `roles` grants nothing. There is no wildcard for resources.
    """
    if session.organization_id != check.organization_id:
        return False
    wanted = {(check.resource_id, check.action), (check.resource_id, ANY_ACTION)}
    held = (roles.get(role_id) for role_id in session.roles)
    return any(role is not None and role.grants & wanted for role in held)
