"""Organizations, the project and its policy through the SDK."""

from typing import Any

import pytest
from stytch import B2BClient
from stytch.core.response_base import StytchError

from tests.contract.routes import calls


@calls("POST /v1/b2b/organizations")
def test_create(sdk: B2BClient) -> None:
    response = sdk.organizations.create(organization_name="Acme", trusted_metadata={"plan": "x"})
    assert response.status_code == 200
    assert response.organization.organization_slug == "acme"


@calls("GET /v1/b2b/organizations/{organization_id}")
def test_get(sdk: B2BClient, acme: Any) -> None:
    for identifier in (acme.organization_id, "acme"):
        assert sdk.organizations.get(identifier).organization == acme


@calls("PUT /v1/b2b/organizations/{organization_id}")
def test_update(sdk: B2BClient, acme: Any) -> None:
    changed = sdk.organizations.update(acme.organization_id, mfa_policy="REQUIRED_FOR_ALL")
    assert changed.organization.mfa_policy == "REQUIRED_FOR_ALL"
    assert changed.organization.email_allowed_domains == ["acme.example"]


@calls("DELETE /v1/b2b/organizations/{organization_id}")
def test_delete(sdk: B2BClient, acme: Any) -> None:
    deleted = sdk.organizations.delete(acme.organization_id)
    assert deleted.organization_id == acme.organization_id
    with pytest.raises(StytchError) as error:
        sdk.organizations.get(acme.organization_id)
    assert error.value.details.error_type == "organization_not_found"
    assert error.value.details.request_id.startswith("request-id-test-")


@calls("POST /v1/b2b/organizations/search")
def test_search(sdk: B2BClient, acme: Any) -> None:
    operand = {"filter_name": "organization_slugs", "filter_value": ["acme"]}
    response = sdk.organizations.search(query={"operator": "AND", "operands": [operand]}, limit=10)
    assert response.organizations == [acme]
    assert (response.results_metadata.total, response.results_metadata.next_cursor) == (1, None)


@calls("GET /v1/b2b/organizations/{organization_id}/metrics")
def test_metrics(sdk: B2BClient, acme: Any, ada: Any) -> None:
    assert sdk.organizations.metrics(acme.organization_id).member_count == 1


@calls("DELETE /v1/b2b/organizations/{organization_id}/external_id")
def test_delete_external_id(sdk: B2BClient, acme: Any) -> None:
    sdk.organizations.update(acme.organization_id, organization_external_id="crm|1")
    response = sdk.organizations.delete_external_id("crm|1")
    assert response.organization.organization_external_id is None


@calls("GET /v1/debug/whoami")
def test_whoami(sdk: B2BClient) -> None:
    assert sdk.debug.whoami().project_id.startswith("project-test-")
