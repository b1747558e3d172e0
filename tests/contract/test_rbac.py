"""Policies through the SDK; and that its check, ours and the service's are one (CONTRACT 4.6)."""

from typing import Any

import pytest
from stytch import B2BClient
from stytch.b2b.models.sessions import AuthorizationCheck
from stytch.core.response_base import StytchError
from stytch.shared.rbac_local import RBACPermissionError, TenancyError

from accounts import service
from accounts.client import authorization
from accounts.client.errors import Forbidden
from accounts.client.tokens import Tokens
from tests.contract.conftest import code_for
from tests.contract.routes import calls

ROLES = {
    "member": [],
    "viewer": ["viewer"],
    "editor": ["editor"],
    "admin": ["stytch_admin"],
    "archivist": ["archivist"],  # of the organization itself
    "both": ["viewer", "archivist"],
}
CHECKS = [
    (resource_id, action)
    for resource_id in ("documents", "stytch.self", "stytch.member", "document", "*")
    for action in ("read", "update", "delete", "search", "update.info.name", "*")
]
ARCHIVIST = {
    "role_id": "archivist",
    "description": "Tidies up",
    "permissions": [
        {"resource_id": "documents", "actions": ["delete"]},
        {"resource_id": "stytch.member", "actions": ["*"]},
    ],
}


@pytest.fixture
def with_roles(sdk: B2BClient, acme: Any) -> Any:
    policy = {"roles": [ARCHIVIST]}
    return sdk.rbac.organizations.set_org_policy(acme.organization_id, org_policy=policy)


@calls("GET /v1/b2b/rbac/policy")
def test_policy(sdk: B2BClient) -> None:
    policy = sdk.rbac.policy().policy
    assert policy is not None
    assert [role.role_id for role in policy.roles] == [
        "stytch_member",
        "stytch_admin",
        "viewer",
        "editor",
    ]


@calls("GET /v1/b2b/rbac/organizations/{organization_id}")
@calls("PUT /v1/b2b/rbac/organizations/{organization_id}")
def test_the_roles_of_an_organization_are_replaced(
    sdk: B2BClient, acme: Any, with_roles: Any
) -> None:
    organization_id = acme.organization_id
    held = sdk.rbac.organizations.get_org_policy(organization_id).org_policy
    assert held == with_roles.org_policy
    assert [role.model_dump() for role in held.roles] == [ARCHIVIST]
    shown = sdk.organizations.get(organization_id).organization.custom_roles
    assert [role.role_id for role in shown] == ["archivist"]
    emptied = sdk.rbac.organizations.set_org_policy(organization_id, org_policy={"roles": []})
    assert emptied.org_policy.roles == []


@pytest.mark.parametrize("held", ROLES.values(), ids=ROLES)
@calls("GET /v1/b2b/rbac/organizations/{organization_id}")
def test_three_checks_give_one_answer(
    sdk: B2BClient, acme: Any, with_roles: Any, held: list[str]
) -> None:
    """The SDK's from the JWT, ours from the JWT, and the service's, for every role and action."""
    signed_in = member_with(sdk, acme, held)
    identity = service.identity()
    session = identity.sessions.verify_jwt(signed_in.session_jwt)
    tokens = Tokens(signed_in.session_token, signed_in.session_jwt, session.expires_at)
    granted = set()
    for resource_id, action in CHECKS:
        ours = authorization.AuthorizationCheck(acme.organization_id, resource_id, action)
        theirs = AuthorizationCheck(
            organization_id=acme.organization_id, resource_id=resource_id, action=action
        )
        answers = (
            identity.rbac.allows(session, ours),
            locally(sdk, signed_in.session_jwt, theirs),
            strictly(identity, tokens, ours),
        )
        assert len(set(answers)) == 1, (resource_id, action, answers)
        if answers[0]:
            granted.add((resource_id, action))
    assert ("stytch.self", "update.info.name") in granted
    assert ("documents", "delete") in granted or not {"stytch_admin", "archivist"} & set(held)
    assert (("documents", "read") in granted) is bool(
        {"viewer", "editor", "stytch_admin"} & {*held}
    )


@calls("POST /v1/b2b/sessions/authenticate")
def test_a_check_for_another_organization_is_refused_by_all_three(
    sdk: B2BClient, acme: Any, signed_in: Any
) -> None:
    """(QUALITY 53)"""
    other = sdk.organizations.create(organization_name="Other").organization
    fields = {"organization_id": other.organization_id}
    fields |= {"resource_id": "stytch.self", "action": "delete"}
    session = service.identity().sessions.verify_jwt(signed_in.session_jwt)
    ours = authorization.AuthorizationCheck(**fields)
    assert not service.identity().rbac.allows(session, ours)
    with pytest.raises(TenancyError):
        sdk.sessions.authenticate_jwt_local(
            signed_in.session_jwt, authorization_check=AuthorizationCheck(**fields)
        )
    with pytest.raises(StytchError) as refusal:
        sdk.sessions.authenticate(session_jwt=signed_in.session_jwt, authorization_check=fields)
    assert refusal.value.details.error_type == "session_authorization_tenancy_error"


def member_with(sdk: B2BClient, acme: Any, held: list[str]) -> Any:
    who = {"organization_id": acme.organization_id, "email_address": "bob@acme.example"}
    sdk.organizations.members.create(**who, roles=held)
    sdk.otps.email.login_or_signup(**who)
    return sdk.otps.email.authenticate(**who, code=code_for("bob@acme.example"))


def locally(sdk: B2BClient, session_jwt: str, check: AuthorizationCheck) -> bool:
    try:
        sdk.sessions.authenticate_jwt_local(session_jwt, authorization_check=check)
    except RBACPermissionError:
        return False
    return True


def strictly(identity: Any, tokens: Tokens, check: authorization.AuthorizationCheck) -> bool:
    try:
        identity.sessions.authenticate(tokens, authorization_check=check)
    except Forbidden:
        return False
    return True
