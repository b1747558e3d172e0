"""Takes factors and addresses away from members over HTTP (CONTRACT 2.9)."""

from django.http import HttpResponse
from ninja import Router

from identity.api import acting, edge, wire
from identity.api.schemas_members import UnlinkRetiredEmail
from identity.errors import member_not_found, not_found
from identity.models import Member, Organization
from identity.operations import (
    member_factors,
    members,
    organizations,
    registrations,
    typed_numbers,
)

router = Router(auth=edge.project_or_member_auth)


@router.delete("/{organization_id}/members/mfa_phone_numbers/{member_id}")
def delete_mfa_phone_number(
    request: edge.ApiRequest, organization_id: str, member_id: str
) -> HttpResponse:
    found = _member(request, organization_id, member_id, "update.info.delete.mfa-phone")
    if session := acting.own_session(request, found):
        typed_numbers.check_may_remove(found, session, now=request.now)
    return _answer(request, member_factors.remove_phone(member=found, now=request.now))


@router.delete("/{organization_id}/members/{member_id}/totp")
def delete_totp(request: edge.ApiRequest, organization_id: str, member_id: str) -> HttpResponse:
    found = _member(request, organization_id, member_id, "update.info.delete.mfa-totp")
    return _answer(request, member_factors.remove_totp(member=found, now=request.now))


@router.delete("/{organization_id}/members/{member_id}/external_id")
def delete_external_id(
    request: edge.ApiRequest, organization_id: str, member_id: str
) -> HttpResponse:
    found = _member(request, organization_id, member_id, acting.BACKEND_ALONE)
    return _answer(request, member_factors.remove_external_id(member=found, now=request.now))


@router.delete("/{organization_id}/members/passwords/{member_password_id}")
def delete_password(
    request: edge.ApiRequest, organization_id: str, member_password_id: str
) -> HttpResponse:
    organization = organizations.get(organization_id)
    member = members.with_password(organization=organization, password_id=member_password_id)
    _authorize(request, organization, "update.info.delete.password", target=member)
    if member is None:
        raise not_found("member_password_not_found", "Member password could not be found.")
    return _answer(request, member_factors.remove_password(member=member, now=request.now))


@router.delete("/{organization_id}/members/registrations/{registration_id}")
def delete_registration(
    request: edge.ApiRequest, organization_id: str, registration_id: str
) -> HttpResponse:
    """Not in the contract, which has no way out for people whose subject changed (CHOICE).

    It takes what taking another’s password away takes, which is a way in as well: nobody by
    themselves changes who they are at the provider.
    """
    organization = organizations.get(organization_id)
    _authorize(request, organization, "update.info.delete.password", target=None)
    removed = registrations.remove(
        organization=organization, registration_id=registration_id, now=request.now
    )
    return _answer(request, removed)


@router.post("/{organization_id}/members/{member_id}/unlink_retired_email")
def unlink_retired_email(
    request: edge.ApiRequest, organization_id: str, member_id: str, body: UnlinkRetiredEmail
) -> HttpResponse:
    member = _member(request, organization_id, member_id, "update.info.unlink.retired-email")
    updated = member_factors.unlink_retired(
        member=member, email_id=body.email_id, email_address=body.email_address, now=request.now
    )
    return _answer(request, updated)


def _member(request: edge.ApiRequest, organization_id: str, member_id: str, action: str) -> Member:
    organization = organizations.get(organization_id)
    member = members.find(organization=organization, identifier=member_id)
    _authorize(request, organization, action, target=member)
    if member is None:
        raise member_not_found()
    return member


def _authorize(
    request: edge.ApiRequest, organization: Organization, action: str, *, target: Member | None
) -> None:
    acting.authorize(
        request,
        organization=organization,
        resource="stytch.member",
        actions=[action],
        target=target,
    )


def _answer(request: edge.ApiRequest, member: Member) -> HttpResponse:
    body = {**wire.both(member), "organization_id": member.organization_id}
    return edge.ok(request, body)
