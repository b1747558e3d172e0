"""Organizations: created, read, changed, removed."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from identity.errors import ApiError
from identity.models import AuditEvent, Member
from identity.operations import organizations
from tests.identity.api import Api, refused

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATH = "/b2b/organizations"


DEFAULTS: dict[str, Any] = {
    "organization_logo_url": "",
    "sso_jit_provisioning": "ALL_ALLOWED",
    "sso_jit_provisioning_allowed_connections": [],
    "sso_active_connections": [],
    "email_allowed_domains": [],
    "email_jit_provisioning": "NOT_ALLOWED",
    "email_invites": "ALL_ALLOWED",
    "auth_methods": "ALL_ALLOWED",
    "allowed_auth_methods": [],
    "mfa_policy": "OPTIONAL",
    "mfa_methods": "ALL_ALLOWED",
    "allowed_mfa_methods": [],
    "oauth_tenant_jit_provisioning": "NOT_ALLOWED",
    "claimed_email_domains": [],
    "rbac_email_implicit_role_assignments": [],
    "first_party_connected_apps_allowed_type": "ALL_ALLOWED",
    "allowed_first_party_connected_apps": [],
    "third_party_connected_apps_allowed_type": "ALL_ALLOWED",
    "allowed_third_party_connected_apps": [],
    "custom_roles": [],
    "trusted_metadata": {},
    "organization_external_id": None,
    "sso_default_connection_id": None,
    "scim_active_connection": None,
}


def test_a_new_organization_has_every_field_and_the_defaults(api: Api) -> None:
    organization = api.organization("Acme Inc.")
    assert organization["organization_id"].startswith("organization-test-")
    assert organization["organization_slug"] == "acme-inc"
    assert {name: organization[name] for name in DEFAULTS} == DEFAULTS


def test_auth_settings_close_invites_unless_they_say_otherwise(api: Api) -> None:
    closed = api.organization("A1", mfa_policy="REQUIRED_FOR_ALL")
    opened = api.organization("A2", mfa_policy="REQUIRED_FOR_ALL", email_invites="ALL_ALLOWED")
    plain = api.organization("A3", trusted_metadata={"plan": "free"}, organization_slug="a-3")
    invites = [each["email_invites"] for each in (closed, opened, plain)]
    assert invites == ["NOT_ALLOWED", "ALL_ALLOWED", "ALL_ALLOWED"]


def test_a_slug_is_used_once(api: Api) -> None:
    api.organization(organization_slug="acme")
    response = api.post(PATH, organization_name="Other", organization_slug="acme")
    refused(response, 400, "organization_slug_already_used")
    other = api.organization("Acme")["organization_slug"]
    assert other.startswith("acme-")
    response = api.put(f"{PATH}/{other}", organization_slug="acme")
    refused(response, 400, "organization_slug_already_used")


def test_an_external_id_is_used_once(api: Api) -> None:
    api.organization(organization_external_id="crm|1")
    response = api.post(PATH, organization_name="Other", organization_external_id="crm|1")
    refused(response, 400, "organization_external_id_already_used")


def test_found_by_id_slug_and_external_id(api: Api) -> None:
    made = api.organization("First", organization_slug="first", organization_external_id="crm-1")
    for identifier in (made["organization_id"], "first", "crm-1"):
        found = api.get(f"{PATH}/{identifier}").json()["organization"]
        assert found["organization_name"] == "First"


def test_a_partial_update_changes_only_what_it_names(api: Api) -> None:
    before = api.organization(trusted_metadata={"plan": "free", "seats": 5})
    path = f"{PATH}/{before['organization_slug']}"
    response = api.put(path, mfa_policy="REQUIRED_FOR_ALL", trusted_metadata={"plan": None, "a": 1})
    after = response.json()["organization"]
    assert after["mfa_policy"] == "REQUIRED_FOR_ALL"
    assert after["trusted_metadata"] == {"seats": 5, "a": 1}
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"mfa_policy", "trusted_metadata", "updated_at"}


def test_deleting_takes_members_and_sessions_along(api: Api) -> None:
    organization = api.organization(organization_slug="acme")
    api.member(organization, "a@acme.example")
    response = api.delete(f"{PATH}/acme")
    assert response.json()["organization_id"] == organization["organization_id"]
    assert not Member.objects.exists()
    refused(api.get(f"{PATH}/acme"), 404, "organization_not_found")
    event = AuditEvent.objects.filter(action="organization.delete").get()
    assert event.organization_id == organization["organization_id"]


def test_metrics_count_members_who_are_not_deleted(api: Api) -> None:
    organization = api.organization()
    path = f"{PATH}/{organization['organization_id']}"
    member = api.member(organization, "a@acme.example")
    api.member(organization, "b@acme.example")
    api.delete(f"{path}/members/{member['member_id']}")
    assert api.get(f"{path}/metrics").json()["member_count"] == 1


def test_the_external_id_can_be_removed(api: Api) -> None:
    api.organization(organization_external_id="crm-1")
    response = api.delete(f"{PATH}/crm-1/external_id")
    assert response.json()["organization"]["organization_external_id"] is None
    refused(api.get(f"{PATH}/crm-1"), 404, "organization_not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_organization_is_not_found(api: Api, method: str) -> None:
    refused(api.call(method, f"{PATH}/nobody", {}), 404, "organization_not_found")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_the_slug_and_the_other_a_clear_no() -> None:
    outcomes = []
    start = threading.Barrier(2)

    def create() -> None:
        fields = {"organization_name": "Acme", "organization_slug": "acme"}
        start.wait()
        try:
            organizations.create(fields=fields, now=NOW)
            outcomes.append("created")
        except ApiError as error:
            outcomes.append(error.error_type)
        finally:
            connection.close()

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["created", "organization_slug_already_used"]
