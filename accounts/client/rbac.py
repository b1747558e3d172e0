"""The project's roles, each organization's own, and what they allow (CONTRACT 2.10, 3.7, 4.6)."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from accounts.client import authorization, wire
from accounts.client._http import Http, path
from accounts.client.authorization import AuthorizationCheck, Role, Roles
from accounts.client.entities import MemberSession
from accounts.client.errors import Rejected, Unavailable
from accounts.client.kept import Kept
from accounts.client.wire import Json

POLICY = "/v1/b2b/rbac/policy"
ORGANIZATION = "/v1/b2b/rbac/organizations/{organization_id}"
# CONTRACT 4.6: how long the SDKs for Node and Ruby believe a policy; and as long as a JWT lives.
MAX_AGE = timedelta(minutes=5)
REMEMBERED = 1024  # organizations; whose members were here last


@dataclass(slots=True)
class Rbac:
    """Roles are kept for MAX_AGE, those of each organization under its own id.

    A role of an organization overrides one of the project with the same id.
    """

    http: Http
    clock: Callable[[], datetime]
    _policy: Kept[Roles] = field(init=False)
    _of: OrderedDict[str, Kept[Roles]] = field(init=False, default_factory=OrderedDict)
    _lock: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._policy = Kept(self.policy, MAX_AGE, self.clock)

    def allows(self, session: MemberSession, check: AuthorizationCheck) -> bool:
        """Return whether a session's roles allow it, by the policy at hand: no call, as a rule.

        Raises Unavailable when there is none at hand and none to be had.
        """
        return authorization.allows(self.roles(session.organization_id), session, check)

    def roles(self, organization_id: str) -> Roles:
        """Return every role there is in an organization, by id; kept (see the class)."""
        return {**self._policy.get(), **self._own(organization_id).get()}

    def policy(self) -> Roles:
        """Fetch the project's roles; raises Unavailable, whatever was answered instead."""
        body = self._fetch(POLICY)
        return _roles(wire.parent(body, "policy"))

    def resources(self) -> Mapping[str, frozenset[str]]:
        """Fetch each resource's actions, by its id: all that a role can allow (CONTRACT 3.7).

        Raises Unavailable, whatever was answered instead.
        """
        policy = wire.parent(self._fetch(POLICY), "policy")
        return {
            wire.filled(resource, "resource_id"): frozenset(wire.texts(resource, "actions"))
            for resource in wire.children(policy, "resources", required=True)
        }

    def organization_roles(self, organization_id: str) -> Roles:
        """Fetch an organization's own roles; raises Unavailable, whatever was answered instead."""
        body = self._fetch(path(ORGANIZATION, organization_id=organization_id))
        return _roles(wire.parent(body, "org_policy"))

    def _own(self, organization_id: str) -> Kept[Roles]:
        with self._lock:
            kept = self._of.get(organization_id)
            if kept is None:
                kept = Kept(lambda: self.organization_roles(organization_id), MAX_AGE, self.clock)
                self._of[organization_id] = kept
            self._of.move_to_end(organization_id)
            if len(self._of) > REMEMBERED:
                self._of.popitem(last=False)
            return kept

    def _fetch(self, url: str) -> Json:
        """A refusal is no answer to what a role may do, so it says as little as silence."""
        try:
            return self.http.get(url)
        except Rejected as no:
            raise Unavailable(f"policy refused: {no.error_type}", request_id=no.request_id) from no


def _roles(body: Json) -> Roles:
    """A later role of the same id overrides (4.6)."""
    found = map(_role, wire.children(body, "roles", required=True))
    return {role.role_id: role for role in found}


def _role(body: Json) -> Role:
    grants = frozenset(
        (wire.filled(permission, "resource_id"), action)
        for permission in wire.children(body, "permissions")
        for action in wire.texts(permission, "actions")
    )
    return Role(
        role_id=wire.filled(body, "role_id"),
        description=wire.text(body, "description", default=""),
        grants=grants,
    )
