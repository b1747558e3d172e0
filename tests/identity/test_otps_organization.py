"""Codes by e-mail inside one organization: who gets one, and what it ends in."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from identity.models import EmailCode, Member, MemberSession
from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/otps/email/login_or_signup"
AUTHENTICATE = "/b2b/otps/email/authenticate"
ADA = "ada@acme.example"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(
        "Acme", email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )


def send(api: Api, organization: dict[str, Any], address: str = ADA) -> str:
    response = api.post(
        SEND, organization_id=organization["organization_id"], email_address=address
    )
    assert response.status_code == 200, response.content
    return post.code(address)


def authenticate(api: Api, organization: dict[str, Any], code: str, **fields: Any) -> Any:
    body = {"organization_id": organization["organization_id"], "email_address": ADA, "code": code}
    return api.post(AUTHENTICATE, **{**body, **fields})


def test_a_member_signs_in(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, ADA)
    body = authenticate(api, acme, send(api, acme), session_duration_minutes=30).json()
    assert body["member_authenticated"] is True
    assert body["member_id"] == member["member_id"]
    assert body["organization_id"] == acme["organization_id"]
    assert body["member"]["email_address_verified"] is True
    (factor,) = body["member_session"]["authentication_factors"]
    assert (factor["type"], factor["delivery_method"]) == ("email_otp", "email")
    assert factor["email_factor"] == {"email_id": body["method_id"], "email_address": ADA}
    assert body["session_token"]
    assert body["session_jwt"]
    assert body["intermediate_session_token"] == ""


def test_a_newcomer_is_pending_until_the_code_is_proven(api: Api, acme: dict[str, Any]) -> None:
    response = api.post(SEND, organization_id=acme["organization_id"], email_address=ADA).json()
    assert response["member_created"] is True
    assert response["member"]["status"] == "pending"
    assert response["organization"]["organization_id"] == acme["organization_id"]
    body = authenticate(api, acme, post.code(ADA)).json()
    assert (body["member"]["status"], body["member_authenticated"]) == ("active", True)


def test_the_second_send_finds_the_pending_member(api: Api, acme: dict[str, Any]) -> None:
    send(api, acme)
    again = api.post(SEND, organization_id=acme["organization_id"], email_address=ADA).json()
    assert again["member_created"] is False


@pytest.mark.parametrize(
    ("jit", "error_type"),
    [
        ("NOT_ALLOWED", "email_jit_provisioning_not_allowed"),
        ("RESTRICTED", "invalid_email_for_jit_provisioning"),
    ],
)
def test_who_may_not_join_is_refused_when_sending(api: Api, jit: str, error_type: str) -> None:
    """The contract has it so (2.3); pages for strangers use discovery, which tells nothing."""
    closed = api.organization(
        email_jit_provisioning=jit, email_allowed_domains=["elsewhere.example"]
    )
    response = api.post(SEND, organization_id=closed["organization_id"], email_address=ADA)
    refused(response, 403, error_type)
    assert not mail.outbox
    assert not Member.objects.exists()


def test_unknown_organizations_are_not_found(api: Api, acme: dict[str, Any]) -> None:
    response = api.post(SEND, organization_id="organization-test-none", email_address=ADA)
    refused(response, 404, "organization_not_found")
    nowhere = {"organization_id": "organization-test-none"}
    refused(authenticate(api, nowhere, "123456"), 404, "organization_not_found")


def test_a_code_opens_the_organization_it_was_sent_for(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 26, 53)"""
    globex = api.organization("Globex")
    for each in (acme, globex):
        api.member(each, ADA)
    code = send(api, acme)
    refused(authenticate(api, globex, code), 404, "otp_code_not_found")
    assert authenticate(api, acme, code).status_code == 200


def test_a_send_elsewhere_outdates_the_code_here(api: Api, acme: dict[str, Any]) -> None:
    """CONTRACT 2.4: only the newest of an address, across flows."""
    code = send(api, acme)
    api.post("/b2b/otps/email/discovery/send", email_address=ADA)
    refused(authenticate(api, acme, code), 404, "otp_code_not_found")


def test_login_and_signup_have_lifetimes_of_their_own(api: Api, acme: dict[str, Any]) -> None:
    api.member(acme, ADA)
    sent = {"organization_id": acme["organization_id"]}
    lifetimes = {"login_expiration_minutes": 3, "signup_expiration_minutes": 12}
    for address, minutes in ((ADA, 3), ("new@acme.example", 12)):
        api.post(SEND, **sent, **lifetimes, email_address=address)
        row = EmailCode.objects.get(email_address=address)
        assert row.expires_at - row.created_at == timedelta(minutes=minutes)
    refused(
        api.post(SEND, **sent, email_address=ADA, signup_expiration_minutes=16),
        400,
        "invalid_expiration_otp",
    )


def test_mfa_required_ends_in_an_intermediate_session(api: Api) -> None:
    strict = api.organization(mfa_policy="REQUIRED_FOR_ALL")
    api.member(strict, ADA)
    code = send(api, strict)
    first, again = (authenticate(api, strict, code).json() for _ in range(2))
    assert first["member_authenticated"] is False
    assert first["mfa_required"]
    assert first["intermediate_session_token"] == again["intermediate_session_token"] != ""
    assert not MemberSession.objects.exists()


def test_a_mail_that_is_not_taken_leaves_no_pending_member(
    api: Api, acme: dict[str, Any], settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "tests.identity.backends.Unreachable"
    response = api.post(SEND, organization_id=acme["organization_id"], email_address=ADA)
    refused(response, 500, "internal_server_error")
    assert not Member.objects.exists()
    assert not EmailCode.objects.exists()
