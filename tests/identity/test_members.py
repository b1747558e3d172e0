"""Members: created, read, changed; roles and where they come from."""

from typing import Any

import pytest

from identity.models import Member
from tests.identity.api import Api, refused

PATH = "/b2b/organizations/acme"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(organization_slug="acme")


DEFAULTS: dict[str, Any] = {
    "email_address": "ada@acme.example",
    "status": "active",
    "name": "",
    "sso_registrations": [],
    "oauth_registrations": [],
    "is_breakglass": False,
    "member_password_id": "",
    "email_address_verified": False,
    "mfa_phone_number_verified": False,
    "is_admin": False,
    "totp_registration_id": "",
    "retired_email_addresses": [],
    "is_locked": False,
    "mfa_enrolled": False,
    "mfa_phone_number": "",
    "default_mfa_method": "",
    "trusted_metadata": {},
    "untrusted_metadata": {},
    "external_id": None,
    "scim_registration": None,
    "lock_created_at": None,
    "lock_expires_at": None,
    "roles": [
        {
            "role_id": "stytch_member",
            "sources": [{"type": "direct_assignment", "details": {}}],
        }
    ],
}


def test_a_new_member_has_every_field_and_the_defaults(api: Api, acme: dict[str, Any]) -> None:
    response = api.post(f"{PATH}/members", email_address=" Ada@Acme.Example ")
    body = response.json()
    assert body["organization"] == acme
    assert body["member_id"] == body["member"]["member_id"]
    assert {name: body["member"][name] for name in DEFAULTS} == DEFAULTS


def test_a_member_can_begin_as_pending(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, "a@acme.example", create_member_as_pending=True)
    assert member["status"] == "pending"


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@b.example", "a b@c.example", "ä@b.example", 1]
)
def test_bad_addresses_are_refused(api: Api, acme: dict[str, Any], address: Any) -> None:
    refused(api.post(f"{PATH}/members", email_address=address), 400, "invalid_email")


def test_an_address_is_used_once_in_an_organization(api: Api, acme: dict[str, Any]) -> None:
    api.member(acme, "a@acme.example")
    response = api.post(f"{PATH}/members", email_address="A@acme.example")
    refused(response, 400, "duplicate_member_email")
    other = api.organization("Other")
    assert api.member(other, "a@acme.example")["email_address"] == "a@acme.example"


def test_direct_roles_are_replaced_by_an_update(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, "a@acme.example", roles=["stytch_admin", "stytch_member"])
    assert member["is_admin"] is True
    assert [role["role_id"] for role in member["roles"]] == ["stytch_member", "stytch_admin"]
    after = api.put(f"{PATH}/members/{member['member_id']}", roles=[]).json()["member"]
    assert after["is_admin"] is False
    response = api.put(f"{PATH}/members/{member['member_id']}", roles=["king"])
    refused(response, 400, "invalid_role")


def test_an_address_gives_its_role_once_it_is_proven(api: Api, acme: dict[str, Any]) -> None:
    assignment = {"domain": "acme.example", "role_id": "stytch_admin"}
    api.put(PATH, rbac_email_implicit_role_assignments=[assignment])
    member = api.member(acme, "a@acme.example")
    assert member["is_admin"] is False
    Member.objects.update(email_address_verified=True)
    member = api.get(f"{PATH}/member", member_id=member["member_id"]).json()["member"]
    assert member["is_admin"] is True
    assert member["roles"][1] == {
        "role_id": "stytch_admin",
        "sources": [{"type": "email_assignment", "details": {"email_domain": "acme.example"}}],
    }


def test_found_by_id_external_id_and_address(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, "a@acme.example", external_id="crm|1")
    for query in (
        {"member_id": member["member_id"]},
        {"member_id": "crm|1"},
        {"email_address": "A@Acme.Example"},
    ):
        assert api.get(f"{PATH}/member", **query).json()["member_id"] == member["member_id"]
    refused(api.get(f"{PATH}/member"), 400, "bad_request")
    refused(api.get(f"{PATH}/member", email_address="b@acme.example"), 404, "member_not_found")


def test_a_member_is_not_found_through_another_organization(api: Api, acme: dict[str, Any]) -> None:
    """QUALITY 53: the organization of the path is the organization of the member."""
    member_id = api.member(acme, "a@acme.example")["member_id"]
    other = f"/b2b/organizations/{api.organization('Other')['organization_id']}"
    for method, path in (
        ("GET", f"{other}/member?member_id={member_id}"),
        ("PUT", f"{other}/members/{member_id}"),
        ("DELETE", f"{other}/members/{member_id}"),
        ("DELETE", f"{other}/members/{member_id}/totp"),
        ("DELETE", f"{other}/members/mfa_phone_numbers/{member_id}"),
    ):
        refused(api.call(method, path, {}), 404, "member_not_found")
    answer = api.put(f"{other}/members/{member_id}/reactivate")
    refused(answer, 400, "no_deleted_member_found_for_reactivation")


def test_dangerously_get_needs_no_organization(api: Api, acme: dict[str, Any]) -> None:
    member_id = api.member(acme, "a@acme.example")["member_id"]
    path = f"/b2b/organizations/members/dangerously_get/{member_id}"
    assert api.get(path).json()["member_id"] == member_id
    api.delete(f"{PATH}/members/{member_id}")
    refused(api.get(path), 404, "member_not_found")
    assert api.get(path, include_deleted="true").json()["member"]["status"] == "deleted"
    refused(api.get(path, include_deleted="perhaps"), 400, "bad_request")


def test_a_partial_update_changes_only_what_it_names(api: Api, acme: dict[str, Any]) -> None:
    before = api.member(acme, "a@acme.example", untrusted_metadata={"theme": "dark", "size": 1})
    path = f"{PATH}/members/{before['member_id']}"
    after = api.put(path, name="Ada", untrusted_metadata={"size": None}).json()["member"]
    assert (after["name"], after["untrusted_metadata"]) == ("Ada", {"theme": "dark"})
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"name", "untrusted_metadata", "updated_at"}


@pytest.mark.parametrize(
    ("fields", "error_type"),
    [
        ({"external_id": "crm-1"}, "duplicate_member_external_id"),
        ({"external_id": "not valid"}, "bad_request"),
        ({"email_address": "a@acme.example"}, "duplicate_member_email"),
        ({"email_address": "nonsense"}, "invalid_email"),
        ({"mfa_phone_number": "+15555550100"}, "duplicate_member_phone_number"),
        ({"mfa_phone_number": "0815"}, "invalid_phone_number"),
        ({"default_mfa_method": "totp"}, "default_mfa_member_missing_factor"),
        ({"default_mfa_method": "pigeon"}, "bad_request"),
        ({"is_breakglass": "yes"}, "bad_request"),
    ],
)
def test_updates_that_cannot_be_are_refused(
    api: Api, acme: dict[str, Any], fields: dict[str, Any], error_type: str
) -> None:
    api.member(acme, "a@acme.example", external_id="crm-1", mfa_phone_number="+15555550100")
    other = api.member(acme, "b@acme.example")
    response = api.put(f"{PATH}/members/{other['member_id']}", **fields)
    refused(response, 400, error_type)
