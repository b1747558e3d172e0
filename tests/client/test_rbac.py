"""Roles and what they allow: the pure check, and how long the client believes a policy."""

from dataclasses import dataclass, field, replace
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from accounts.client import authorization, parse
from accounts.client.authorization import AuthorizationCheck, Role
from accounts.client.client import IdentityClient
from accounts.client.errors import Forbidden, Unavailable
from accounts.client.tokens import Tokens
from tests.client import samples
from tests.client.conftest import Clock, make_client
from tests.client.listening import answered, is_not_believed, said

HERE, ELSEWHERE = samples.ORGANIZATION_ID, "organization-test-2"
MEMBER = parse.member_session(samples.SESSION)
POLICY = "/v1/b2b/rbac/policy"
OWN = f"/v1/b2b/rbac/organizations/{HERE}"
TOKENS = Tokens("token", "jwt", samples.NOW)


def role(role_id: str, *grants: tuple[str, str]) -> Role:
    return Role(role_id, grants=frozenset(grants))


def wire_role(role_id: str, resource_id: str, *actions: str) -> dict[str, Any]:
    permissions = [{"resource_id": resource_id, "actions": list(actions)}]
    return {"role_id": role_id, "description": "", "permissions": permissions}


def check(resource_id: str, action: str, organization_id: str = HERE) -> AuthorizationCheck:
    return AuthorizationCheck(organization_id, resource_id, action)


@dataclass
class Service:
    """Answers with these roles, counts who asks, fails on demand."""

    project: list[dict[str, Any]] = field(default_factory=list)
    own: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    answer: Any = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request.url.path)
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        policy = {"roles": self.project, "resources": [], "scopes": []}
        if request.url.path == POLICY:
            return httpx.Response(200, json={**samples.ENVELOPE, "policy": policy})
        roles = self.own.get(request.url.path.rpartition("/")[2], [])
        return httpx.Response(200, json={**samples.ENVELOPE, "org_policy": {"roles": roles}})


@pytest.fixture
def service() -> Service:
    return Service(project=[wire_role("stytch_member", "documents", "read")])


@pytest.fixture
def identity(service: Service, clock: Clock) -> IdentityClient:
    return make_client(service, clock)


ROLES = {
    "reader": role("reader", ("documents", "read")),
    "owner": role("owner", ("documents", "*")),
    "odd": role("odd", ("*", "read"), ("doc", "*")),
    "all": role("all", ("*", "*")),
}


@pytest.mark.parametrize(
    ("held", "resource_id", "action", "allowed"),
    [
        (("reader",), "documents", "read", True),
        (("reader",), "documents", "delete", False),
        (("reader",), "documents", "*", False),
        (("reader",), "document", "read", False),
        (("reader",), "documents.secret", "read", False),
        (("owner",), "documents", "anything", True),
        (("owner",), "reports", "read", False),
        (("odd",), "documents", "read", False),
        (("all",), "documents", "read", False),
        (("nobody knows it",), "documents", "read", False),
        (("nobody knows it", "owner"), "documents", "read", True),
        ((), "documents", "read", False),
    ],
)
def test_resource_and_action_match_exactly_and_only_actions_have_a_wildcard(
    held: tuple[str, ...], resource_id: str, action: str, allowed: bool
) -> None:
    """CONTRACT 4.6."""
    session = replace(MEMBER, roles=held)
    assert authorization.allows(ROLES, session, check(resource_id, action)) is allowed


def test_in_another_organization_nothing_is_allowed() -> None:
    """(QUALITY 53)"""
    session = replace(MEMBER, roles=("owner",))
    assert authorization.allows(ROLES, session, check("documents", "read"))
    assert not authorization.allows(ROLES, session, check("documents", "read", ELSEWHERE))


def test_a_later_role_of_the_same_name_overrides(
    identity: IdentityClient, service: Service
) -> None:
    service.own[HERE] = [wire_role("stytch_member", "reports", "read")]
    assert identity.rbac.allows(MEMBER, check("reports", "read"))
    assert not identity.rbac.allows(MEMBER, check("documents", "read"))


def test_roles_are_asked_for_once_in_five_minutes(
    identity: IdentityClient, service: Service, clock: Clock
) -> None:
    for _ in range(3):
        assert identity.rbac.allows(MEMBER, check("documents", "read"))
    assert service.calls == [POLICY, OWN]
    service.project = []
    clock.advance(299)
    assert identity.rbac.allows(MEMBER, check("documents", "read"))
    clock.advance(2)
    assert not identity.rbac.allows(MEMBER, check("documents", "read"))
    assert service.calls == [POLICY, OWN] * 2


def test_each_organizations_roles_are_kept_under_its_own_name(
    identity: IdentityClient, service: Service
) -> None:
    """(QUALITY 56)"""
    service.project = []
    service.own = {
        HERE: [wire_role("stytch_member", "documents", "read")],
        ELSEWHERE: [wire_role("stytch_member", "documents", "delete")],
    }
    there = replace(MEMBER, organization_id=ELSEWHERE)
    for _ in range(2):  # fetched, then from the cache
        assert identity.rbac.allows(MEMBER, check("documents", "read"))
        assert not identity.rbac.allows(MEMBER, check("documents", "delete"))
        assert identity.rbac.allows(there, check("documents", "delete", ELSEWHERE))
        assert not identity.rbac.allows(there, check("documents", "read", ELSEWHERE))
    assert len(service.calls) == 3


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("refused"),
        httpx.Response(500, json={}),
        httpx.Response(200, json={**samples.ENVELOPE, "policy": None}),
        httpx.Response(404, json={**samples.ENVELOPE, "error_type": "route_not_found"}),
        httpx.Response(429, json={**samples.ENVELOPE, "error_type": "too_many_requests"}),
    ],
)
def test_an_outage_keeps_the_last_good_roles(
    identity: IdentityClient, service: Service, clock: Clock, answer: Any
) -> None:
    assert identity.rbac.allows(MEMBER, check("documents", "read"))
    service.answer = answer
    clock.advance(301)
    assert identity.rbac.allows(MEMBER, check("documents", "read"))
    assert not identity.rbac.allows(MEMBER, check("documents", "delete"))
    service.answer = None
    service.project = []
    clock.advance(11)
    assert not identity.rbac.allows(MEMBER, check("documents", "read"))


def test_without_any_policy_nothing_is_decided(
    identity: IdentityClient, service: Service, clock: Clock
) -> None:
    """Fails closed, and doesn't knock again at once (QUALITY 64)"""
    service.answer = httpx.ConnectError("refused")
    for _ in range(3):
        with pytest.raises(Unavailable):
            identity.rbac.allows(MEMBER, check("documents", "read"))
    assert service.calls == [POLICY]
    service.answer = None
    clock.advance(11)
    assert identity.rbac.allows(MEMBER, check("documents", "read"))


def test_many_at_once_make_one_fetch(clock: Clock, service: Service) -> None:
    asked, go_on = Event(), Event()

    def slow(request: httpx.Request) -> httpx.Response:
        asked.set()
        assert go_on.wait(10)
        return service(request)

    identity = make_client(slow, clock)
    allowed: list[bool] = []

    def ask() -> None:
        allowed.append(identity.rbac.allows(MEMBER, check("documents", "read")))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert asked.wait(10)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert allowed == [True] * 8
    assert service.calls == [POLICY, OWN]


def test_while_one_renews_the_others_do_not_wait(clock: Clock, service: Service) -> None:
    asked, go_on = Event(), Event()
    go_on.set()

    def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path == POLICY:
            asked.set()
            assert go_on.wait(10)
        return service(request)

    identity = make_client(slow, clock)
    assert identity.rbac.allows(MEMBER, check("documents", "read"))
    clock.advance(301)
    asked.clear()
    go_on.clear()
    renewing = Thread(target=identity.rbac.allows, args=(MEMBER, check("documents", "read")))
    renewing.start()
    assert asked.wait(10)
    try:
        assert identity.rbac.roles(HERE)
    finally:
        go_on.set()
        renewing.join(10)


def test_the_organizations_that_were_here_last_are_remembered(
    identity: IdentityClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.client.rbac.REMEMBERED", 2)
    for organization_id in ("a", "b", "a", "c", "a"):
        identity.rbac.roles(organization_id)
    asked = [path.rpartition("/")[2] for path in service.calls if path != POLICY]
    assert asked == ["a", "b", "c"]
    identity.rbac.roles("b")
    assert len(service.calls) == 5


@pytest.mark.parametrize(
    "policy",
    [
        None,
        {},
        {"roles": [{}]},
        {"roles": [{"role_id": "a", "permissions": [{"resource_id": "", "actions": ["x"]}]}]},
        {"roles": [{"role_id": "a", "permissions": [{"resource_id": "r", "actions": "x"}]}]},
    ],
)
def test_a_policy_of_another_shape_is_not_believed(policy: Any) -> None:
    is_not_believed(lambda client: client.rbac.policy(), {"policy": policy})
    is_not_believed(lambda client: client.rbac.organization_roles("o"), {"org_policy": policy})


def test_a_strict_check_travels_with_the_session() -> None:
    answer = {**samples.AUTHENTICATED, "verdict": {"authorized": True, "granting_roles": ["x"]}}
    asked = check("documents", "delete")
    method, target, body = said(
        lambda client: client.sessions.authenticate(TOKENS, authorization_check=asked), answer
    )
    assert (method, target) == ("POST", "/v1/b2b/sessions/authenticate")
    assert body["authorization_check"] == {
        "organization_id": HERE,
        "resource_id": "documents",
        "action": "delete",
    }


@pytest.mark.parametrize("verdict", [None, {}, {"authorized": False}, {"authorized": "true"}])
def test_a_service_that_passes_over_the_question_has_not_said_yes(verdict: Any) -> None:
    """(QUALITY 64)"""
    asked = check("documents", "delete")
    with pytest.raises(Unavailable):
        answered(
            lambda client: client.sessions.authenticate(TOKENS, authorization_check=asked),
            {**samples.AUTHENTICATED, "verdict": verdict},
        )


@pytest.mark.parametrize(
    "error_type", ["session_authorization_error", "session_authorization_tenancy_error"]
)
def test_a_refused_check_is_no_end_of_the_session(error_type: str) -> None:
    body = {**samples.ENVELOPE, "error_type": error_type, "error_message": "No."}
    asked = check("documents", "delete")
    with pytest.raises(Forbidden):
        answered(
            lambda client: client.sessions.authenticate(TOKENS, authorization_check=asked),
            body,
            status=403,
        )
