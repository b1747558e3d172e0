"""Members through the SDK."""

from typing import Any

import pytest
from stytch import B2BClient
from stytch.b2b.models.organizations_members import UpdateRequestOptions
from stytch.core.response_base import StytchError
from stytch.shared.method_options import Authorization

from identity.models import Member
from tests.contract.routes import calls

MEMBERS = "/v1/b2b/organizations/{organization_id}/members"


def ids(member: Any) -> dict[str, str]:
    return {"organization_id": member.organization_id, "member_id": member.member_id}


@calls(f"POST {MEMBERS}")
def test_create(sdk: B2BClient, acme: Any) -> None:
    response = sdk.organizations.members.create(
        organization_id="acme", email_address="bob@acme.example", create_member_as_pending=True
    )
    assert (response.member.status, response.organization) == ("pending", acme)


@calls("GET /v1/b2b/organizations/{organization_id}/member")
def test_get(sdk: B2BClient, ada: Any) -> None:
    by_id = sdk.organizations.members.get(**ids(ada))
    by_address = sdk.organizations.members.get("acme", email_address=ada.email_address)
    assert by_id.member == by_address.member == ada
    assert ada.is_admin


@calls("GET /v1/b2b/organizations/members/dangerously_get/{member_id}")
def test_dangerously_get(sdk: B2BClient, ada: Any) -> None:
    sdk.organizations.members.delete(**ids(ada))
    response = sdk.organizations.members.dangerously_get(ada.member_id, include_deleted=True)
    assert response.member.status == "deleted"


@calls("POST /v1/b2b/organizations/members/search")
def test_search(sdk: B2BClient, acme: Any, ada: Any) -> None:
    operand = {"filter_name": "member_emails", "filter_value": [ada.email_address]}
    response = sdk.organizations.members.search(
        organization_ids=[acme.organization_id],
        query={"operator": "AND", "operands": [operand]},
    )
    assert response.members == [ada]
    assert response.organizations == {acme.organization_id: acme}


@calls(f"PUT {MEMBERS}/{{member_id}}")
def test_update(sdk: B2BClient, ada: Any) -> None:
    response = sdk.organizations.members.update(**ids(ada), name="Ada", external_id="crm|1")
    assert (response.member.name, response.member.external_id) == ("Ada", "crm|1")
    again = sdk.organizations.members.update("acme", "crm|1", name="A.")
    assert again.member_id == ada.member_id


@calls(f"PUT {MEMBERS}/{{member_id}}")
def test_update_on_behalf_of_a_member_as_far_as_their_roles_reach(
    sdk: B2BClient, signed_in: Any
) -> None:
    target = ids(signed_in.member)
    admin = UpdateRequestOptions(authorization=Authorization(session_token=signed_in.session_token))
    named = sdk.organizations.members.update(**target, name="Ada", method_options=admin)
    assert named.member.name == "Ada"
    sdk.organizations.members.update(**target, roles=[])
    with pytest.raises(StytchError) as error:
        sdk.organizations.members.update(**target, roles=["stytch_admin"], method_options=admin)
    assert error.value.details.status_code == 403
    assert error.value.details.error_type == "session_authorization_error"


@calls(f"DELETE {MEMBERS}/{{member_id}}")
@calls(f"PUT {MEMBERS}/{{member_id}}/reactivate")
def test_delete_and_reactivate(sdk: B2BClient, signed_in: Any) -> None:
    """QUALITY 42: the session is over at once and doesn't come back with the member."""
    target = ids(signed_in.member)
    assert sdk.organizations.members.delete(**target).member_id == target["member_id"]
    assert sdk.organizations.members.reactivate(**target).member.status == "active"
    with pytest.raises(StytchError) as error:
        sdk.sessions.authenticate(session_token=signed_in.session_token)
    assert error.value.details.error_type == "session_not_found"


@calls("DELETE /v1/b2b/organizations/{organization_id}/members/mfa_phone_numbers/{member_id}")
@calls(f"DELETE {MEMBERS}/{{member_id}}/totp")
@calls(f"DELETE {MEMBERS}/{{member_id}}/external_id")
def test_deleting_factors(sdk: B2BClient, ada: Any) -> None:
    members = sdk.organizations.members
    members.update(**ids(ada), mfa_phone_number="+15555550100", external_id="crm-1")
    assert members.delete_mfa_phone_number(**ids(ada)).member.mfa_phone_number == ""
    assert members.delete_totp(**ids(ada)).member.totp_registration_id == ""
    assert members.delete_external_id(**ids(ada)).member.external_id is None


@calls("DELETE /v1/b2b/organizations/{organization_id}/members/passwords/{member_password_id}")
def test_deleting_a_password(sdk: B2BClient, ada: Any) -> None:
    Member.objects.update(member_password_id="member-password-test-1")
    response = sdk.organizations.members.delete_password("acme", "member-password-test-1")
    assert response.member.member_password_id == ""


@calls(f"POST {MEMBERS}/{{member_id}}/unlink_retired_email")
def test_unlinking_a_retired_address(sdk: B2BClient, ada: Any) -> None:
    members = sdk.organizations.members
    members.update(**ids(ada), email_address="ada.l@acme.example")
    response = members.unlink_retired_email(**ids(ada), email_address=ada.email_address)
    assert response.member.retired_email_addresses == []
