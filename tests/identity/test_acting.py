"""Act-as-member headers: a living session whose roles allow it, in this organization, or nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from identity.api.edge import ACTING_HEADERS
from identity.models import Member, MemberSession
from identity.operations.member_sessions import Terms, start
from tests.identity.api import Api, refused

TOKEN, JWT = ACTING_HEADERS
PATH = "/b2b/organizations/acme"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(organization_slug="acme")


def session_of(member: dict[str, Any]) -> str:
    _session, token = start(
        member=Member.objects.select_related("organization").get(pk=member["member_id"]),
        factors=(),
        terms=Terms(None, None),
        now=timezone.now(),
    )
    return token


@pytest.fixture
def admin(api: Api, acme: dict[str, Any]) -> str:
    return session_of(api.member(acme, "admin@acme.example", roles=["stytch_admin"]))


def put(api: Api, token: str, **changes: Any) -> Any:
    return api.call("PUT", PATH, changes, headers={TOKEN: token})


def test_an_admin_may_change_the_organization(api: Api, admin: str) -> None:
    answer = put(api, admin, organization_name="New")
    assert answer.json()["organization"]["organization_name"] == "New"


def test_trusted_metadata_is_not_for_members(api: Api, admin: str) -> None:
    answer = put(api, admin, trusted_metadata={"plan": "gold"})
    refused(answer, 401, "cannot_update_trusted_metadata")


def test_a_plain_member_may_not(api: Api, acme: dict[str, Any]) -> None:
    token = session_of(api.member(acme, "member@acme.example"))
    refused(put(api, token, organization_name="New"), 403, "session_authorization_error")


def test_an_admin_of_another_organization_may_not(api: Api, acme: dict[str, Any]) -> None:
    """QUALITY 53: the session's organization is the organization that is touched."""
    other = api.organization("Other")
    token = session_of(api.member(other, "admin@other.example", roles=["stytch_admin"]))
    refused(put(api, token, organization_name="New"), 403, "session_authorization_tenancy_error")
    answer = api.call("DELETE", PATH, headers={TOKEN: token})
    refused(answer, 403, "session_authorization_tenancy_error")


def test_a_session_that_ended_may_not(api: Api, admin: str) -> None:
    MemberSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refused(put(api, admin, organization_name="New"), 404, "session_not_found")


@pytest.mark.parametrize(
    ("headers", "status", "error_type"),
    [
        ({TOKEN: ""}, 403, "session_authorization_error"),
        ({JWT: ""}, 403, "session_authorization_error"),
        ({TOKEN: "nobody"}, 404, "session_not_found"),
        ({TOKEN: "a", JWT: "b"}, 400, "too_many_session_arguments"),
    ],
)
def test_headers_that_prove_nothing_are_refused(
    api: Api, acme: dict[str, Any], headers: dict[str, str], status: int, error_type: str
) -> None:
    refused(api.call("DELETE", PATH, headers=headers), status, error_type)
    assert api.get(PATH).status_code == 200


ROUTES = [
    ("POST", "/members", {"email_address": "x@acme.example"}),
    ("PUT", "/members/{}", {"name": "X"}),
    ("DELETE", "/members/{}", None),
    ("PUT", "/members/{}/reactivate", None),
    ("DELETE", "/members/mfa_phone_numbers/{}", None),
    ("DELETE", "/members/{}/totp", None),
    ("DELETE", "/members/{}/external_id", None),
    ("DELETE", "/members/passwords/p", None),
    ("POST", "/members/{}/unlink_retired_email", {"email_id": "x"}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_every_change_of_a_member_asks_who_is_calling(
    api: Api, acme: dict[str, Any], method: str, path: str, body: Any
) -> None:
    member = api.member(acme, "member@acme.example")
    colleague = api.member(acme, "colleague@acme.example")
    full = PATH + path.format(colleague["member_id"])
    answer = api.call(method, full, body, headers={TOKEN: session_of(member)})
    refused(answer, 403, "session_authorization_error")


@pytest.mark.parametrize(
    ("fields", "allowed"),
    [
        ({"name": "X"}, True),
        ({"untrusted_metadata": {"theme": "dark"}}, True),
        ({"name": "X", "roles": ["stytch_admin"]}, False),
        ({"is_breakglass": True}, False),
        ({"external_id": "x"}, False),
        ({"email_address": "ceo@acme.example"}, False),
        ({}, False),
    ],
)
def test_on_themselves_members_may_what_the_self_resource_allows(
    api: Api, acme: dict[str, Any], fields: dict[str, Any], allowed: bool
) -> None:
    """CONTRACT 3.9: each field has its action, and the least of them decides."""
    member = api.member(acme, "member@acme.example")
    answer = api.call(
        "PUT", f"{PATH}/members/{member['member_id']}", fields, headers={TOKEN: session_of(member)}
    )
    if allowed:
        assert answer.status_code == 200
    else:
        refused(answer, 403, "session_authorization_error")


def test_nobody_changes_their_own_address(api: Api, acme: dict[str, Any], admin: str) -> None:
    """Whoever proves that mailbox later would find themselves in somebody's account."""
    own = Member.objects.get(email_address="admin@acme.example").member_id
    changes = {"email_address": "ceo@acme.example", "unlink_email": True}
    refused(
        api.call("PUT", f"{PATH}/members/{own}", changes, headers={TOKEN: admin}),
        403,
        "session_authorization_error",
    )
    colleague = api.member(acme, "colleague@acme.example")["member_id"]
    answer = api.call("PUT", f"{PATH}/members/{colleague}", changes, headers={TOKEN: admin})
    assert answer.json()["member"]["email_address"] == "ceo@acme.example"
    assert api.put(f"{PATH}/members/{own}", email_address="me@acme.example").status_code == 200


def test_a_role_of_the_organization_allows_what_it_names_and_no_more(
    api: Api, acme: dict[str, Any]
) -> None:
    permission = {"resource_id": "stytch.member", "actions": ["search", "create"]}
    role = {"role_id": "recruiter", "description": "", "permissions": [permission]}
    api.put("/b2b/rbac/organizations/acme", org_policy={"roles": [role]})
    token = session_of(api.member(acme, "member@acme.example", roles=["recruiter"]))

    def call(method: str, path: str, **body: Any) -> Any:
        return api.call(method, f"/b2b/organizations{path}", body, headers={TOKEN: token})

    assert call("POST", "/members/search", organization_ids=["acme"]).status_code == 200
    assert call("POST", "/acme/members", email_address="n@acme.example").status_code == 200
    above = {"email_address": "a@acme.example", "roles": ["stytch_admin"]}
    refused(call("POST", "/acme/members", **above), 403, "session_authorization_error")
    refused(call("PUT", "/acme", organization_name="N"), 403, "session_authorization_error")
    refused(call("DELETE", "/acme"), 403, "session_authorization_error")


def test_what_has_no_action_is_the_backends_alone(api: Api, admin: str) -> None:
    for fields in ({"claimed_email_domains": ["acme.example"]}, {"organization_external_id": "x"}):
        refused(put(api, admin, **fields), 403, "session_authorization_error")
    refused(put(api, admin), 403, "session_authorization_error")


def test_searching_asks_for_every_organization(api: Api, acme: dict[str, Any], admin: str) -> None:
    other = api.organization("Other")["organization_id"]
    search = "/b2b/organizations/members/search"
    own = api.call("POST", search, {"organization_ids": ["acme"]}, headers={TOKEN: admin})
    assert own.status_code == 200
    both = api.call("POST", search, {"organization_ids": ["acme", other]}, headers={TOKEN: admin})
    refused(both, 403, "session_authorization_tenancy_error")
