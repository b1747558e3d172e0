"""A password set through a mailed link: for the first time, and anew."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from identity.models import MagicLink, Member
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.backends import Unreachable
from tests.identity.password_calls import (
    ADA,
    START,
    authenticate,
    reset,
    start,
)
from tests.identity.test_pkce import CHALLENGE, VERIFIER

LANDING = "https://app.example/authenticate"


@pytest.fixture
def acme(api: Api, settings: Settings) -> dict[str, Any]:
    settings.PUBLIC_URL = "https://app.example"
    return api.organization(
        "Acme", email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )


@pytest.fixture
def ada(api: Api, acme: dict[str, Any]) -> dict[str, Any]:
    return api.member(acme, ADA)


def ask(api: Api, organization: dict[str, Any], address: str = ADA, **fields: Any) -> Any:
    body = {"organization_id": organization["organization_id"], "email_address": address}
    return api.post(START, **{**body, **fields})


FOR_STRANGER = {"X-Foyer-For-Stranger": "true"}


def ask_as_stranger(api: Api, organization: dict[str, Any], address: str) -> Any:
    body = {"organization_id": organization["organization_id"], "email_address": address}
    return api.call("POST", START, body, headers=FOR_STRANGER)


def test_a_page_for_strangers_has_everybody_mailed(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 24): who may have no password there gets a link of discovery."""
    for address, kind in ((ADA, "multi_tenant_passwords"), ("eve@else.example", "discovery")):
        assert ask_as_stranger(api, acme, address).status_code == 200
        assert f"stytch_token_type={kind}" in post.link(address)
    assert len(mail.outbox) == 2
    assert not Member.objects.filter(email_address="eve@else.example").exists()


def test_a_page_for_strangers_costs_as_much_for_everybody(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 24): time follows work, so the statements are the same."""
    ask_as_stranger(api, acme, "first@else.example")  # which is who opens the client's window
    statements = []
    for address in (ADA, "eve@else.example"):
        with CaptureQueriesContext(connection) as queries:
            ask_as_stranger(api, acme, address)
        statements.append([each["sql"].split()[0] for each in queries])
    assert statements[0] == statements[1]


def test_without_the_header_a_stranger_is_refused(api: Api, acme: dict[str, Any]) -> None:
    refused(ask(api, acme, "eve@else.example"), 403, "invalid_email_for_jit_provisioning")
    assert not mail.outbox


def test_the_first_password_signs_in_and_proves_the_address(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    body = reset(api, start(api, acme), session_duration_minutes=30).json()
    assert (body["member_authenticated"], body["member_id"]) == (True, ada["member_id"])
    assert body["member"]["email_address_verified"] is True
    assert body["member"]["member_password_id"]
    assert body["organization_id"] == acme["organization_id"]
    assert body["member_email_id"]
    (factor,) = body["member_session"]["authentication_factors"]
    assert (factor["type"], factor["delivery_method"]) == ("password", "knowledge")
    assert authenticate(api, acme).status_code == 200


def test_the_mail_has_both_links_and_asks_for_nothing_else(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    token = start(api, acme)
    message = post.newest(ADA)
    assert message.subject == "Set your password for “Acme”"
    assert post.link(ADA) == f"{LANDING}?stytch_token_type=multi_tenant_passwords&token={token}"
    assert "stytch_token_type=multi_tenant_magic_links" in str(message.body)
    assert token not in str(MagicLink.objects.values())
    reset(api, token)
    start(api, acme)
    assert post.newest(ADA).subject == "Set a new password for “Acme”"


def test_the_other_link_signs_in_without_a_password(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    start(api, acme)
    links = [line for line in str(post.newest(ADA).body).splitlines() if line.startswith("http")]
    token = post.query(links[1])["token"]
    body = api.post("/b2b/magic_links/authenticate", magic_links_token=token).json()
    assert body["member_authenticated"] is True
    assert body["member"]["member_password_id"] == ""


def test_where_links_are_not_allowed_none_is_mailed(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    path = f"/b2b/organizations/{acme['organization_id']}"
    api.put(path, auth_methods="RESTRICTED", allowed_auth_methods=["password"])
    token = start(api, acme)
    assert "multi_tenant_magic_links" not in str(post.newest(ADA).body)
    assert reset(api, token).json()["member_authenticated"] is True


def test_where_passwords_are_not_allowed_none_is_set(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    path = f"/b2b/organizations/{acme['organization_id']}"
    api.put(path, auth_methods="RESTRICTED", allowed_auth_methods=["email_otp"])
    refused(ask(api, acme), 403, "operation_restricted_by_organization_auth_methods")
    assert not mail.outbox
    api.put(f"{path}/members/{ada['member_id']}", is_breakglass=True)
    assert reset(api, start(api, acme)).json()["member_authenticated"] is True


def test_a_newcomer_is_pending_until_the_password_is_set(api: Api, acme: dict[str, Any]) -> None:
    started = ask(api, acme).json()
    assert started["member"]["status"] == "pending"
    assert started["member_id"] == started["member"]["member_id"]
    body = reset(api, post.token(ADA)).json()
    assert (body["member"]["status"], body["member_authenticated"]) == ("active", True)


def test_who_may_not_join_gets_no_link(api: Api, acme: dict[str, Any]) -> None:
    """As everywhere in an organization (CONTRACT 2.3): its pages ask by discovery instead."""
    response = ask(api, acme, "eve@elsewhere.example")
    refused(response, 403, "invalid_email_for_jit_provisioning")
    assert not mail.outbox


def test_a_foreign_page_gets_no_link(api: Api, acme: dict[str, Any], ada: dict[str, Any]) -> None:
    for name in ("reset_password_redirect_url", "login_redirect_url"):
        response = ask(api, acme, **{name: "https://evil.example/authenticate"})
        refused(response, 400, "no_match_for_provided_magic_link_url")
    assert not mail.outbox


def test_the_verifier_is_needed_once_there_is_a_challenge(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """CONTRACT 8.5; here the names are `code_challenge` and `code_verifier`."""
    token = start(api, acme, code_challenge=CHALLENGE)
    refused(reset(api, token), 400, "pkce_expected_code_verifier")
    refused(reset(api, token, code_verifier="x" * 43), 400, "pkce_mismatch")
    refused(reset(api, token, code_verifier="x"), 400, "invalid_pkce_code_verifier")
    assert reset(api, token, code_verifier=VERIFIER).status_code == 200
    refused(ask(api, acme, code_challenge="x"), 400, "invalid_pkce_code_challenge")


@pytest.mark.parametrize("known", [True, False])
def test_a_mail_that_does_not_go_out_leaves_nothing(
    api: Api, acme: dict[str, Any], settings: Settings, known: bool
) -> None:
    if known:
        api.member(acme, ADA)
    settings.EMAIL_BACKEND = f"{Unreachable.__module__}.{Unreachable.__qualname__}"
    refused(ask(api, acme), 500, "internal_server_error")
    assert not MagicLink.objects.exists()
    assert Member.objects.count() == int(known)


def test_mails_are_limited(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], settings: Settings
) -> None:
    """(QUALITY 25)"""
    settings.SENDS_PER_ADDRESS = 1
    assert ask(api, acme).status_code == 200
    refused(ask(api, acme), 429, "too_many_requests")


def test_what_is_refused_is_no_mail_and_a_mail_server_down_is_one(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], settings: Settings
) -> None:
    """So that an address that is mailed something else isn't counted twice (QUALITY 24, 25)."""
    settings.SENDS_PER_ADDRESS = 1
    for _ in range(3):
        refused(ask(api, acme, "eve@elsewhere.example"), 403, "invalid_email_for_jit_provisioning")
    settings.EMAIL_BACKEND = f"{Unreachable.__module__}.{Unreachable.__qualname__}"
    refused(ask(api, acme), 500, "internal_server_error")
    refused(ask(api, acme), 429, "too_many_requests")
