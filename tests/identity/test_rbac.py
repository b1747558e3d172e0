"""The project's policy and where it comes from; an organization's own roles (CONTRACT 2.10)."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from identity import project_policy
from identity.models import AuditEvent, Member
from tests.identity.api import Api, refused

ORGANIZATION = "/b2b/rbac/organizations/acme"
REPORTS = {"resource_id": "reports", "description": "", "actions": ["read", "send"]}


def role(role_id: str = "author", resource_id: str = "documents", *actions: str) -> dict[str, Any]:
    permissions = [{"resource_id": resource_id, "actions": list(actions or ("read",))}]
    return {"role_id": role_id, "description": "Writes", "permissions": permissions}


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(organization_slug="acme")


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.RBAC_POLICY = tmp_path / "policy.json"
    return tmp_path / "policy.json"


def held(api: Api, acme: dict[str, Any], member: dict[str, Any]) -> set[str]:
    path = f"/b2b/organizations/{acme['organization_id']}/member"
    found = api.get(path, member_id=member["member_id"]).json()["member"]
    return {each["role_id"] for each in found["roles"]}


def test_the_policy_is_the_contracts_defaults_and_the_projects_own(api: Api) -> None:
    """CONTRACT 3.7."""
    policy = api.get("/b2b/rbac/policy").json()["policy"]
    roles = {each["role_id"]: each["permissions"] for each in policy["roles"]}
    assert set(roles) == {"stytch_member", "stytch_admin", "viewer", "editor"}
    assert roles["stytch_member"] == [{"resource_id": "stytch.self", "actions": ["*"]}]
    assert {"resource_id": "stytch.member", "actions": ["*"]} in roles["stytch_admin"]
    assert {"resource_id": "documents", "actions": ["*"]} in roles["stytch_admin"]
    resources = {each["resource_id"]: each["actions"] for each in policy["resources"]}
    assert resources["documents"] == ["create", "read", "update", "delete"]
    assert set(resources) > {"stytch.organization", "stytch.member", "stytch.sso", "stytch.self"}
    assert policy["scopes"] == []


def test_another_project_has_another_file(api: Api, file: Path) -> None:
    member = role("stytch_member", "reports", "read")
    file.write_text(
        json.dumps({"resources": [REPORTS], "roles": [member, role("sender", "reports", "send")]})
    )
    policy = api.get("/b2b/rbac/policy").json()["policy"]
    assert [each["role_id"] for each in policy["roles"]] == [
        "stytch_member",
        "stytch_admin",
        "sender",
    ]
    assert {each["resource_id"] for each in policy["roles"][0]["permissions"]} == {
        "stytch.self",
        "reports",
    }
    assert "documents" not in {each["resource_id"] for each in policy["resources"]}


def test_roles_of_the_project_can_be_given(api: Api, acme: dict[str, Any]) -> None:
    editor = api.member(acme, "e@acme.example", roles=["editor"])
    assert held(api, acme, editor) == {"stytch_member", "editor"}
    path = "/b2b/organizations/acme/members"
    refused(api.post(path, email_address="x@acme.example", roles=["no"]), 400, "invalid_role")


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("{", "Invalid JSON"),
        ({"roles": [role(resource_id="nothing")]}, "author names the resource nothing"),
        ({"resources": [REPORTS], "roles": [role("a", "reports", "sned")]}, "action sned"),
        ({"resources": [REPORTS, REPORTS]}, "reports is there twice"),
        ({"resources": [{**REPORTS, "resource_id": "stytch.self"}]}, "choose another name"),
        ({"resources": [REPORTS], "roles": [role("a", "reports")] * 2}, "role a is there twice"),
        ({"resources": [{"resource_id": "reports"}]}, "resources.0.actions"),
        ({"resources": [{**REPORTS, "actions": ["*"]}]}, "resources.0.actions.0"),
        ({"scopes": []}, "scopes"),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_its_name(
    file: Path, content: Any, mistake: str
) -> None:
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(ImproperlyConfigured, match="RBAC_POLICY") as refusal:
        project_policy.current()
    assert mistake in str(refusal.value)


def test_an_organization_begins_without_roles_of_its_own(api: Api, acme: dict[str, Any]) -> None:
    assert api.get(ORGANIZATION).json()["org_policy"] == {"roles": []}
    refused(api.get("/b2b/rbac/organizations/nowhere"), 404, "organization_not_found")


def test_its_roles_are_replaced_and_shown_with_it(api: Api, acme: dict[str, Any]) -> None:
    api.put(ORGANIZATION, org_policy={"roles": [role("first")]})
    answer = api.put(ORGANIZATION, org_policy={"roles": [role("second", "documents", "*")]})
    roles = answer.json()["org_policy"]["roles"]
    assert [each["role_id"] for each in roles] == ["second"]
    assert api.get(ORGANIZATION).json()["org_policy"]["roles"] == roles
    shown = api.get("/b2b/organizations/acme").json()["organization"]
    assert shown["custom_roles"] == roles
    assert AuditEvent.objects.filter(action="organization.roles").count() == 2


@pytest.mark.parametrize(
    "roles",
    [
        [role("author", "nothing")],
        [role("author", "documents", "shred")],
        [role("author"), role("author")],
        [role("stytch_admin")],
        [role("editor")],
    ],
)
def test_roles_that_make_no_sense_change_nothing(
    api: Api, acme: dict[str, Any], roles: list[dict[str, Any]]
) -> None:
    """One id is one role: those who add up and those who override must agree (CONTRACT 4.6)."""
    api.put(ORGANIZATION, org_policy={"roles": [role("first")]})
    refused(api.put(ORGANIZATION, org_policy={"roles": roles}), 400, "invalid_rbac_policy")
    (kept,) = api.get(ORGANIZATION).json()["org_policy"]["roles"]
    assert kept["role_id"] == "first"


def test_a_role_that_is_gone_waits_for_nobody(api: Api, acme: dict[str, Any]) -> None:
    """Nor is it there again for who had it, when one of its name is made anew."""
    api.put(ORGANIZATION, org_policy={"roles": [role("author"), role("other")]})
    member = api.member(acme, "m@acme.example", roles=["author", "other", "editor"])
    domain = {"domain": "acme.example", "role_id": "author"}
    api.put("/b2b/organizations/acme", rbac_email_implicit_role_assignments=[domain])
    Member.objects.update(email_address_verified=True)
    api.put(ORGANIZATION, org_policy={"roles": [role("other")]})
    api.put(ORGANIZATION, org_policy={"roles": [role("author"), role("other")]})
    assert held(api, acme, member) == {"stytch_member", "other", "editor"}


def test_members_have_no_say_in_roles(api: Api, acme: dict[str, Any]) -> None:
    answer = api.call(
        "PUT", ORGANIZATION, {"org_policy": {"roles": []}}, headers={"X-Stytch-Member-Session": "s"}
    )
    refused(answer, 403, "session_authorization_error")
