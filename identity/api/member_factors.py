"""Takes factors and addresses away from members over HTTP (CONTRACT 2.9)."""

from collections.abc import Callable

from django.http import HttpResponse
from ninja import Router

from identity.api import acting, edge, wire
from identity.api.schemas_members import UnlinkRetiredEmail
from identity.models import Member
from identity.operations import member_factors, members, organizations

router = Router(auth=edge.project_or_member_auth)


@router.delete("/{organization_id}/members/mfa_phone_numbers/{member_id}")
def delete_mfa_phone_number(
    request: edge.ApiRequest, organization_id: str, member_id: str
) -> HttpResponse:
    return _remove(request, organization_id, member_id, member_factors.remove_phone)


@router.delete("/{organization_id}/members/{member_id}/totp")
def delete_totp(request: edge.ApiRequest, organization_id: str, member_id: str) -> HttpResponse:
    return _remove(request, organization_id, member_id, member_factors.remove_totp)


@router.delete("/{organization_id}/members/{member_id}/external_id")
def delete_external_id(
    request: edge.ApiRequest, organization_id: str, member_id: str
) -> HttpResponse:
    return _remove(request, organization_id, member_id, member_factors.remove_external_id)


@router.delete("/{organization_id}/members/passwords/{member_password_id}")
def delete_password(
    request: edge.ApiRequest, organization_id: str, member_password_id: str
) -> HttpResponse:
    organization = organizations.get(organization_id)
    acting.authorize(request, organization=organization)
    member = members.get_by_password(organization=organization, password_id=member_password_id)
    return _answer(request, member_factors.remove_password(member=member, now=request.now))


@router.post("/{organization_id}/members/{member_id}/unlink_retired_email")
def unlink_retired_email(
    request: edge.ApiRequest, organization_id: str, member_id: str, body: UnlinkRetiredEmail
) -> HttpResponse:
    organization = organizations.get(organization_id)
    acting.authorize(request, organization=organization)
    member = members.get(organization=organization, identifier=member_id)
    updated = member_factors.unlink_retired(
        member=member, email_id=body.email_id, email_address=body.email_address, now=request.now
    )
    return _answer(request, updated)


def _remove(
    request: edge.ApiRequest,
    organization_id: str,
    member_id: str,
    remove: Callable[..., Member],
) -> HttpResponse:
    organization = organizations.get(organization_id)
    acting.authorize(request, organization=organization)
    member = members.get(organization=organization, identifier=member_id)
    return _answer(request, remove(member=member, now=request.now))


def _answer(request: edge.ApiRequest, member: Member) -> HttpResponse:
    body = {**wire.both(member), "organization_id": member.organization_id}
    return edge.ok(request, body)
