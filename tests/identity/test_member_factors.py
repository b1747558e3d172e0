"""What hangs on a member: addresses, phone, TOTP, password; and how it is taken away."""

from typing import Any

import pytest

from identity.models import Member
from tests.identity.api import Api, refused

PATH = "/b2b/organizations/acme"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(organization_slug="acme")


def test_a_new_address_must_be_proven_and_retires_the_old(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, "old@acme.example")
    Member.objects.update(email_address_verified=True, member_password_id="password-1")
    path = f"{PATH}/members/{member['member_id']}"
    after = api.put(path, email_address="new@acme.example").json()["member"]
    assert after["email_address_verified"] is False
    assert after["member_password_id"] == ""
    assert [each["email_address"] for each in after["retired_email_addresses"]] == [
        "old@acme.example"
    ]
    response = api.post(f"{PATH}/members", email_address="old@acme.example")
    refused(response, 400, "retired_member_email")
    unlinked = api.post(f"{path}/unlink_retired_email", email_address="old@acme.example")
    assert unlinked.json()["member"]["retired_email_addresses"] == []
    assert unlinked.json()["organization_id"] == acme["organization_id"]
    api.member(acme, "old@acme.example")


def test_an_unlinked_address_is_not_retired(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, "old@acme.example")
    path = f"{PATH}/members/{member['member_id']}"
    after = api.put(path, email_address="new@acme.example", unlink_email=True).json()["member"]
    assert after["retired_email_addresses"] == []
    refused(api.post(f"{path}/unlink_retired_email"), 404, "email_not_found")


def test_a_phone_number_is_set_once_and_removed(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, "a@acme.example", mfa_phone_number="+15555550100")
    path = f"{PATH}/members/{member['member_id']}"
    assert api.put(path, default_mfa_method="sms_otp").status_code == 200
    response = api.put(path, mfa_phone_number="+15555550101")
    refused(response, 400, "mfa_phone_number_already_exists")
    response = api.delete(f"{PATH}/members/mfa_phone_numbers/{member['member_id']}")
    after = response.json()["member"]
    assert (after["mfa_phone_number"], after["default_mfa_method"]) == ("", "")


def test_totp_password_and_external_id_are_removed(api: Api, acme: dict[str, Any]) -> None:
    member_id = api.member(acme, "a@acme.example", external_id="crm-1")["member_id"]
    Member.objects.update(totp_registration_id="totp-1", member_password_id="password-1")
    api.delete(f"{PATH}/members/{member_id}/totp")
    api.delete(f"{PATH}/members/passwords/password-1")
    member = api.delete(f"{PATH}/members/{member_id}/external_id").json()["member"]
    left = (member["totp_registration_id"], member["member_password_id"], member["external_id"])
    assert left == ("", "", None)
    response = api.delete(f"{PATH}/members/passwords/password-1")
    refused(response, 404, "member_password_not_found")
