"""Joining because of the workspace one comes from (CONTRACT 3.3, 5.4, 5.6)."""

from typing import Any

import pytest
from django.utils import timezone

from identity.factors import Factor
from identity.models import Member
from identity.oidc import Identity
from identity.operations.accounts import oauth_factor
from tests.identity.api import Api, refused
from tests.identity.people import ALICE, begun, member, organization, proof

TENANTS = {
    "oauth_tenant_jit_provisioning": "RESTRICTED",
    "allowed_oauth_tenants": {"slack": ["T2"]},
}


def slack(*tenants: str) -> Factor:
    identity = Identity("s", ALICE, email_verifying=False, tenants=tenants)
    return oauth_factor(identity, provider="slack", now=timezone.now())


def exchange(api: Api, *factors: Factor) -> Any:
    return api.post(
        "/b2b/discovery/intermediate_sessions/exchange",
        intermediate_session_token=begun(ALICE, *factors, now=timezone.now()),
        organization_id="acme",
    )


def test_people_of_a_trusted_workspace_join_once_their_address_is_proven(api: Api) -> None:
    organization(**TENANTS)
    body = exchange(api, slack("T1", "T2")).json()
    assert body["member_authenticated"] is False
    assert "slack_oauth" not in body["primary_required"]["allowed_auth_methods"]
    assert body["member"]["status"] == "pending"
    body = exchange(api, slack("T1", "T2"), proof(now=timezone.now())).json()
    assert body["member_authenticated"] is True
    (account,) = body["member"]["oauth_registrations"]
    assert (account["provider_type"], account["provider_subject"]) == ("Slack", "s")


@pytest.mark.parametrize("tenants", [(), ("T3",)])
def test_people_of_another_workspace_do_not(api: Api, tenants: tuple[str, ...]) -> None:
    organization(**TENANTS)
    error = (
        "invalid_oauth_tenant_for_jit_provisioning"
        if tenants
        else "email_jit_provisioning_not_allowed"
    )
    refused(exchange(api, slack(*tenants)), 403, error)
    assert not Member.objects.exists()


def test_a_trusted_workspace_counts_only_where_the_rule_is_on(api: Api) -> None:
    organization(allowed_oauth_tenants={"slack": ["T2"]})
    refused(exchange(api, slack("T2")), 403, "email_jit_provisioning_not_allowed")


def test_members_need_no_workspace(api: Api) -> None:
    member(organization(**TENANTS))
    assert exchange(api, slack()).json()["member_authenticated"] is True
