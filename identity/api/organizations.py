"""Organizations over HTTP (CONTRACT 2.9)."""

from django.http import HttpResponse
from ninja import Router

from identity.api import acting, edge, wire
from identity.api.paging import query_of, results_metadata
from identity.api.schemas_organizations import (
    CreateOrganization,
    SearchOrganizations,
    UpdateOrganization,
)
from identity.operations import organizations, search

router = Router(auth=edge.project_or_member_auth)
backend_only = edge.project_auth


@router.post("", auth=backend_only)
def create(request: edge.ApiRequest, body: CreateOrganization) -> HttpResponse:
    organization = organizations.create(fields=body.changes(), now=request.now)
    return edge.ok(request, {"organization": wire.organization(organization)})


@router.post("/search", auth=backend_only)
def find(request: edge.ApiRequest, body: SearchOrganizations) -> HttpResponse:
    page = search.search_organizations(
        query=query_of(body.query), cursor=body.cursor, limit=body.limit
    )
    found = [wire.organization(each) for each in page.items]
    return edge.ok(request, {"organizations": found, "results_metadata": results_metadata(page)})


@router.get("/{organization_id}", auth=backend_only)
def get(request: edge.ApiRequest, organization_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    return edge.ok(request, {"organization": wire.organization(organization)})


@router.put("/{organization_id}")
def update(
    request: edge.ApiRequest, organization_id: str, body: UpdateOrganization
) -> HttpResponse:
    organization = organizations.get(organization_id)
    changes = body.changes()
    actions = acting.updating_organization(request, changes)
    acting.authorize(
        request, organization=organization, resource="stytch.organization", actions=actions
    )
    updated = organizations.update(organization=organization, changes=changes, now=request.now)
    return edge.ok(request, {"organization": wire.organization(updated)})


@router.delete("/{organization_id}")
def delete(request: edge.ApiRequest, organization_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    acting.authorize(
        request, organization=organization, resource="stytch.organization", actions=["delete"]
    )
    deleted_id = organizations.delete(organization=organization, now=request.now)
    return edge.ok(request, {"organization_id": deleted_id})


@router.get("/{organization_id}/metrics", auth=backend_only)
def metrics(request: edge.ApiRequest, organization_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    return edge.ok(request, {"member_count": organizations.member_count(organization)})


@router.delete("/{organization_id}/external_id", auth=backend_only)
def delete_external_id(request: edge.ApiRequest, organization_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    updated = organizations.delete_external_id(organization=organization, now=request.now)
    return edge.ok(request, {"organization": wire.organization(updated)})
