"""Search: every filter, both operators, pages, and filters that make no sense."""

from typing import Any

import pytest

from identity.models import Member
from tests.identity.api import Api, refused

ORGANIZATIONS = "/b2b/organizations/search"
MEMBERS = "/b2b/organizations/members/search"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    """Ada (admin, proven), Bob (pending, phone, TOTP) and a deleted Cy."""
    acme = api.organization(
        "Acme",
        organization_slug="acme",
        email_allowed_domains=["acme.example"],
        claimed_email_domains=["acme.test"],
    )
    api.member(acme, "ada@acme.example", roles=["stytch_admin"], is_breakglass=True)
    api.member(
        acme,
        "bob@other.example",
        create_member_as_pending=True,
        mfa_phone_number="+15555550100",
        external_id="bob",
    )
    cy = api.member(acme, "cy@acme.example")
    api.delete(f"/b2b/organizations/acme/members/{cy['member_id']}")
    Member.objects.filter(external_id="bob").update(totp_registration_id="totp-1")
    return acme


@pytest.fixture
def globex(api: Api) -> dict[str, Any]:
    globex = api.organization("Globex", organization_slug="globex")
    api.member(globex, "ada@acme.example")
    return globex


def found(api: Api, path: str, *operands: tuple[str, Any], **more: Any) -> set[str]:
    """Slugs of organizations, or local parts of members' addresses."""
    told = [{"filter_name": name, "filter_value": value} for name, value in operands]
    query = {"operator": more.pop("operator", "AND"), "operands": told}
    response = api.post(path, query=query, **more)
    assert response.status_code == 200, response.content
    body = response.json()
    if path == ORGANIZATIONS:
        return {each["organization_slug"] for each in body["organizations"]}
    assert set(body["organizations"]) == {each["organization_id"] for each in body["members"]}
    return {each["email_address"].split("@")[0] for each in body["members"]}


@pytest.mark.parametrize(
    ("name", "value", "slugs"),
    [
        ("organization_slugs", ["acme", "nobody"], {"acme"}),
        ("organization_name_fuzzy", "GLOB", {"globex"}),
        ("organization_slug_fuzzy", "cme", {"acme"}),
        ("member_emails", ["Ada@acme.example"], {"acme", "globex"}),
        ("member_emails", ["cy@acme.example"], set()),
        ("member_email_fuzzy", "other.ex", {"acme"}),
        ("allowed_domains", ["ACME.example"], {"acme"}),
        ("allowed_domains", ["cme.example"], set()),
        ("allowed_domain_fuzzy", "cme.ex", {"acme"}),
        ("claimed_email_domains", ["acme.test", "x.example"], {"acme"}),
        ("has_active_sso_connection", False, {"acme", "globex"}),
        ("has_active_sso_connection", True, set()),
        ("sso_connection_id", "saml-connection-1", set()),
    ],
)
def test_organization_filters(
    api: Api, acme: Any, globex: Any, name: str, value: Any, slugs: set[str]
) -> None:
    assert found(api, ORGANIZATIONS, (name, value)) == slugs


@pytest.mark.parametrize(
    ("name", "value", "people"),
    [
        ("member_emails", ["ada@acme.example", "cy@acme.example"], {"ada"}),
        ("member_ids", ["bob"], {"bob"}),
        ("member_email_fuzzy", "ACME", {"ada"}),
        ("member_is_breakglass", True, {"ada"}),
        ("statuses", ["deleted"], {"cy"}),
        ("statuses", ["active", "pending"], {"ada", "bob"}),
        ("member_mfa_phone_numbers", ["+15555550100"], {"bob"}),
        ("member_mfa_phone_number_fuzzy", "0100", {"bob"}),
        ("member_password_exists", False, {"ada", "bob"}),
        ("member_password_exists", True, set()),
        ("member_totp_exists", True, {"bob"}),
        ("member_totp_exists", False, {"ada"}),
        ("member_roles", ["stytch_admin"], {"ada"}),
        ("member_roles", ["stytch_member"], {"ada", "bob"}),
        ("organization_slug", "acme", {"ada", "bob"}),
        ("organization_slug", ["globex"], set()),
        ("organization_slug_fuzzy", "cme", {"ada", "bob"}),
        ("oauth_providers", ["google"], set()),
    ],
)
def test_member_filters(
    api: Api, acme: Any, globex: Any, name: str, value: Any, people: set[str]
) -> None:
    assert found(api, MEMBERS, (name, value), organization_ids=["acme"]) == people


def test_a_role_by_address_is_found(api: Api, acme: Any) -> None:
    assignment = {"domain": "other.example", "role_id": "stytch_admin"}
    api.put("/b2b/organizations/acme", rbac_email_implicit_role_assignments=[assignment])
    admins = ("member_roles", ["stytch_admin"])
    assert found(api, MEMBERS, admins, organization_ids=["acme"]) == {"ada"}
    Member.objects.update(email_address_verified=True)
    assert found(api, MEMBERS, admins, organization_ids=["acme"]) == {"ada", "bob"}


def test_a_persons_memberships_are_found_across_organizations(
    api: Api, acme: Any, globex: Any
) -> None:
    query = {"operands": [{"filter_name": "member_emails", "filter_value": ["ada@acme.example"]}]}
    response = api.post(MEMBERS, organization_ids=["acme", "globex"], query=query)
    body = response.json()
    assert {each["organization_id"] for each in body["members"]} == {
        acme["organization_id"],
        globex["organization_id"],
    }
    assert body["organizations"][acme["organization_id"]] == acme
    assert body["results_metadata"] == {"total": 2, "next_cursor": None}


def test_without_a_query_everybody_who_is_not_deleted(api: Api, acme: Any) -> None:
    assert found(api, MEMBERS, organization_ids=["acme"]) == {"ada", "bob"}


def test_and_narrows_or_widens(api: Api, acme: Any, globex: Any) -> None:
    operands = (("organization_slugs", ["acme"]), ("organization_name_fuzzy", "globex"))
    assert found(api, ORGANIZATIONS, *operands) == set()
    assert found(api, ORGANIZATIONS, *operands, operator="OR") == {"acme", "globex"}


def test_pages_follow_each_other_without_gap_or_repetition(api: Api) -> None:
    for number in range(5):
        api.organization(f"Org {number}")
    cursor, seen = "", []
    while cursor is not None:
        body = api.post(ORGANIZATIONS, limit=2, cursor=cursor).json()
        assert body["results_metadata"]["total"] == 5
        seen += [each["organization_name"] for each in body["organizations"]]
        cursor = body["results_metadata"]["next_cursor"]
    assert seen == [f"Org {number}" for number in range(5)]


@pytest.mark.parametrize("cursor", ["x", "!!", "eA==", "MjAyNi0wMS0wMSB4", "Ä"])
def test_an_invented_cursor_is_refused(api: Api, cursor: str) -> None:
    refused(api.post(ORGANIZATIONS, cursor=cursor), 400, "invalid_cursor")


@pytest.mark.parametrize("limit", [0, 1001, "10", -1, True])
def test_a_limit_out_of_range_is_refused(api: Api, limit: Any) -> None:
    refused(api.post(ORGANIZATIONS, limit=limit), 400, "bad_request")


def test_unknown_filters_are_refused(api: Api, acme: Any) -> None:
    query = {"operands": [{"filter_name": "shoe_size", "filter_value": [44]}]}
    error_type = "search_filter_name_not_recognized"
    refused(api.post(ORGANIZATIONS, query=query), 400, f"organization_{error_type}")
    response = api.post(MEMBERS, organization_ids=["acme"], query=query)
    refused(response, 400, f"member_{error_type}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("member_emails", None),
        ("member_emails", []),
        ("member_emails", "a@b.example"),
        ("member_emails", [1]),
        ("member_email_fuzzy", "ab"),
        ("member_is_breakglass", "true"),
        ("statuses", ["asleep"]),
    ],
)
def test_filter_values_of_the_wrong_kind_are_refused(
    api: Api, acme: Any, name: str, value: Any
) -> None:
    query = {"operands": [{"filter_name": name, "filter_value": value}]}
    response = api.post(MEMBERS, organization_ids=["acme"], query=query)
    refused(response, 400, f"member_search_missing_{name}")


def test_members_are_searched_within_organizations(api: Api) -> None:
    refused(api.post(MEMBERS), 400, "bad_request")
    refused(api.post(MEMBERS, organization_ids=[]), 400, "bad_request")
    refused(api.post(MEMBERS, organization_ids=["nobody"]), 404, "organization_not_found")
