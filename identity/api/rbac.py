"""The project's RBAC policy, which SDKs fetch for their local checks (CONTRACT 4.6, 9.3)."""

from django.http import HttpResponse
from ninja import Router

from identity.api import edge
from identity.operations import organizations, roles

router = Router()


@router.get("/policy")
def policy(request: edge.ApiRequest) -> HttpResponse:
    return edge.ok(request, {"policy": roles.policy()})


@router.get("/organizations/{organization_id}")
def organization_policy(request: edge.ApiRequest, organization_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    return edge.ok(request, {"org_policy": {"roles": organization.custom_roles}})
