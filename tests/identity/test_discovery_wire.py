"""Discovery over HTTP: the AUTH block and the list, field by field (CONTRACT 2.2, 3.4)."""

from typing import Any

import pytest
from django.utils import timezone

from identity.factors import Factor
from identity.models import Organization
from identity.provenance import Provenance
from tests.identity.api import Api, refused
from tests.identity.people import ALICE, begun, member, organization, proof

AUTH_FIELDS = {
    "status_code", "request_id", "member_id", "member", "organization", "session_token",
    "session_jwt", "member_authenticated", "intermediate_session_token", "member_session",
    "mfa_required", "primary_required", "member_device", "intermediate_session_token_expires_at",
}  # fmt: skip


@pytest.fixture
def token(db: None) -> str:
    now = timezone.now()
    return begun(ALICE, proof(now=now), now=now)


def exchange(api: Api, token: str, to: str = "acme", **more: Any) -> Any:
    return api.post(
        "/b2b/discovery/intermediate_sessions/exchange",
        intermediate_session_token=token,
        organization_id=to,
        **more,
    )


def test_a_session_and_no_intermediate(api: Api, token: str) -> None:
    member(organization())
    body = exchange(api, token, locale="en", telemetry_id="ignored").json()
    assert set(body) == AUTH_FIELDS
    assert body["member_authenticated"] is True
    assert body["member_session"]["organization_slug"] == "acme"
    assert body["intermediate_session_token"] == ""
    for name in ("primary_required", "mfa_required", "intermediate_session_token_expires_at"):
        assert body[name] is None


def test_an_intermediate_and_no_session(api: Api, token: str) -> None:
    member(organization(), mfa_enrolled=True, mfa_phone_number="+14155551234")
    body = exchange(api, token).json()
    assert set(body) == AUTH_FIELDS
    assert body["member_authenticated"] is False
    assert (body["member_session"], body["session_token"], body["session_jwt"]) == (None, "", "")
    assert body["intermediate_session_token"] == token
    assert body["intermediate_session_token_expires_at"].endswith("Z")
    assert body["primary_required"] is None
    assert body["mfa_required"] == {
        "member_options": {"mfa_phone_number": "XXXXXXX1234", "totp_registration_id": ""},
        "secondary_auth_initiated": "sms_otp",
    }
    assert body["member"]["mfa_phone_number"] == "+14155551234"


def test_nothing_enrolled_means_no_options(api: Api, token: str) -> None:
    member(organization(mfa_policy="REQUIRED_FOR_ALL"))
    need = exchange(api, token).json()["mfa_required"]
    assert need == {"member_options": None, "secondary_auth_initiated": None}


def test_an_empty_list_of_methods_is_told_as_one(api: Api, token: str) -> None:
    """CONTRACT 3.4: a dead end, not "nothing required"."""
    member(organization())
    Organization.objects.update(auth_methods="RESTRICTED", allowed_auth_methods=[])
    assert exchange(api, token).json()["primary_required"] == {"allowed_auth_methods": []}


def test_missing_and_used_tokens_are_refused(api: Api, token: str) -> None:
    member(organization())
    refused(exchange(api, "x"), 404, "intermediate_session_not_found")
    refused(api.post("/b2b/discovery/intermediate_sessions/exchange"), 400, "bad_request")
    refused(
        exchange(api, token, session_duration_minutes=1), 400, "invalid_session_duration_minutes"
    )
    refused(api.post("/b2b/discovery/organizations"), 400, "no_session_arguments")
    two = {"intermediate_session_token": token, "session_token": "x"}
    refused(api.post("/b2b/discovery/organizations", **two), 400, "too_many_session_arguments")


def test_the_list_tells_each_membership(api: Api, db: None) -> None:
    now = timezone.now()
    detail = {"id": "1", "provider_subject": "s", "email_id": "", "provider_tenant_id": "T1"}
    slack = Factor(
        "oauth",
        "oauth_slack",
        now,
        "slack_oauth_factor",
        detail,
        provenance=Provenance.SEEN,
        tenants=("T1",),
        email_address=ALICE,
    )
    token = begun(ALICE, proof(now=now), slack, now=now)
    member(organization("One"))
    two = organization(
        "Two", email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )
    member(two, "bob@acme.example")
    organization(
        "Three", oauth_tenant_jit_provisioning="RESTRICTED", allowed_oauth_tenants={"slack": ["T1"]}
    )
    body = api.post("/b2b/discovery/organizations", intermediate_session_token=token).json()
    assert (body["email_address"], body["organization_id_hint"]) == (ALICE, None)
    told = {each["membership"]["type"]: each for each in body["discovered_organizations"]}
    assert told["active_member"]["membership"]["details"] is None
    assert told["active_member"]["membership"]["member"]["email_address"] == ALICE
    by_domain = told["eligible_to_join_by_email_domain"]["membership"]
    assert (by_domain["details"], by_domain["member"]) == ({"domain": "acme.example"}, None)
    by_tenant = told["eligible_to_join_by_oauth_tenant"]["membership"]
    assert by_tenant["details"] == {"provider": "slack", "tenant": "T1"}
    assert all(each["member_authenticated"] for each in told.values())


def test_founding_takes_the_settings_and_no_others(api: Api, token: str) -> None:
    """CONTRACT 2.2: as POST organizations, minus claimed_email_domains."""
    body = api.post(
        "/b2b/discovery/organizations/create",
        intermediate_session_token=token,
        organization_name="Hooli",
        organization_slug="hooli",
        claimed_email_domains=["acme.example"],
        session_duration_minutes=30,
        session_custom_claims={"a": 1},
    ).json()
    assert set(body) == AUTH_FIELDS
    assert body["organization"]["organization_slug"] == "hooli"
    assert body["organization"]["claimed_email_domains"] == []
    assert body["organization"]["email_invites"] == "ALL_ALLOWED"
    assert body["member"]["is_admin"]
    assert body["member_session"]["custom_claims"] == {"a": 1}


def test_founding_checks_the_slug(api: Api, token: str) -> None:
    body = {"intermediate_session_token": token, "organization_slug": "-"}
    refused(
        api.post("/b2b/discovery/organizations/create", **body), 400, "invalid_organization_slug"
    )
