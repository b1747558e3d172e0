"""The project's RBAC policy and each organization's own roles (CONTRACT 2.10, 3.7)."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from identity import project_policy
from identity.api import edge
from identity.api.schemas import Body
from identity.models import Organization
from identity.operations import custom_roles, organizations
from identity.rbac import Role

router = Router()


class OrgPolicy(Body):
    # The contract names no limit; the session's roles travel in a cookie.
    roles: Annotated[list[Role], Field(max_length=100)]


class SetOrgPolicy(Body):
    org_policy: OrgPolicy


@router.get("/policy")
def policy(request: edge.ApiRequest) -> HttpResponse:
    # No scopes: they are of machine clients, which there are none of yet.
    empty: list[Any] = []
    return edge.ok(request, {"policy": {**project_policy.current().to_wire(), "scopes": empty}})


@router.get("/organizations/{organization_id}")
def organization_policy(request: edge.ApiRequest, organization_id: str) -> HttpResponse:
    return _answer(request, organizations.get(organization_id))


@router.put("/organizations/{organization_id}")
def set_organization_policy(
    request: edge.ApiRequest, organization_id: str, body: SetOrgPolicy
) -> HttpResponse:
    organization = organizations.get(organization_id)
    roles = body.org_policy.roles
    changed = custom_roles.replace(organization=organization, roles=roles, now=request.now)
    return _answer(request, changed)


def _answer(request: edge.ApiRequest, of: Organization) -> HttpResponse:
    return edge.ok(request, {"org_policy": {"roles": of.custom_roles}})
