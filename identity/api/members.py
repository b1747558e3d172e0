"""Members over HTTP (CONTRACT 2.9); mounted under the same path as organizations."""

from django.http import HttpResponse
from ninja import Router

from identity.api import acting, edge, wire
from identity.api.paging import query_of, results_metadata
from identity.api.schemas_members import CreateMember, SearchMembers, UpdateMember
from identity.errors import bad_request, member_not_found
from identity.models import Member, Organization
from identity.operations import member_changes, members, organizations, search, typed_numbers

router = Router(auth=edge.project_or_member_auth)
backend_only = edge.project_auth


@router.post("/members/search")
def find(request: edge.ApiRequest, body: SearchMembers) -> HttpResponse:
    for identifier in body.organization_ids:
        _authorize(request, organizations.get(identifier), ["search"])
    page = search.search_members(
        organization_ids=body.organization_ids,
        query=query_of(body.query),
        cursor=body.cursor,
        limit=body.limit,
    )
    found = {
        "members": [wire.member(each) for each in page.items],
        "organizations": wire.organizations_by_id(page.items),
        "results_metadata": results_metadata(page),
    }
    return edge.ok(request, found)


@router.get("/members/dangerously_get/{member_id}", auth=backend_only)
def dangerously_get(
    request: edge.ApiRequest, member_id: str, include_deleted: bool = False
) -> HttpResponse:
    member = members.get_anywhere(identifier=member_id, include_deleted=include_deleted)
    return edge.ok(request, wire.both(member))


@router.get("/{organization_id}/member", auth=backend_only)
def get(
    request: edge.ApiRequest, organization_id: str, member_id: str = "", email_address: str = ""
) -> HttpResponse:
    if not member_id and not email_address:
        raise bad_request("bad_request", "member_id or email_address is required.")
    organization = organizations.get(organization_id)
    if member_id:
        member = members.get(organization=organization, identifier=member_id)
    else:
        member = members.get_by_email(organization=organization, email_address=email_address)
    return edge.ok(request, wire.both(member))


@router.post("/{organization_id}/members")
def create(request: edge.ApiRequest, organization_id: str, body: CreateMember) -> HttpResponse:
    organization = organizations.get(organization_id)
    fields = body.changes()
    _authorize(request, organization, acting.creating_member(request, fields))
    pending = fields.pop("create_member_as_pending", False)
    fields["status"] = Member.Status.PENDING if pending else Member.Status.ACTIVE
    member = members.create(organization=organization, fields=fields, now=request.now)
    return edge.ok(request, wire.both(member))


@router.put("/{organization_id}/members/{member_id}")
def update(
    request: edge.ApiRequest, organization_id: str, member_id: str, body: UpdateMember
) -> HttpResponse:
    changes = body.changes()
    actions = acting.updating_member(request, changes)
    member = _member(request, organization_id, member_id, actions)
    updated = member_changes.update(member=member, changes=changes, now=request.now)
    session = acting.own_session(request, updated) if changes.get("mfa_phone_number") else None
    if session is not None:
        typed_numbers.note(updated, session, now=request.now)
    return edge.ok(request, wire.both(updated))


@router.delete("/{organization_id}/members/{member_id}")
def delete(request: edge.ApiRequest, organization_id: str, member_id: str) -> HttpResponse:
    member = _member(request, organization_id, member_id, ["delete"])
    members.delete(member=member, now=request.now)
    return edge.ok(request, {"member_id": member.member_id})


@router.put("/{organization_id}/members/{member_id}/reactivate")
def reactivate(request: edge.ApiRequest, organization_id: str, member_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    _authorize(request, organization, ["create"])  # by 3.9's names; its own is UNKNOWN
    member = members.reactivate(organization=organization, member_id=member_id, now=request.now)
    return edge.ok(request, wire.both(member))


def _member(
    request: edge.ApiRequest, organization_id: str, member_id: str, actions: list[str]
) -> Member:
    """The member that is about to be changed, if the caller may do that.

    Whether there is one is said after that, to who may know.
    """
    organization = organizations.get(organization_id)
    member = members.find(organization=organization, identifier=member_id)
    _authorize(request, organization, actions, target=member)
    if member is None:
        raise member_not_found()
    return member


def _authorize(
    request: edge.ApiRequest,
    organization: Organization,
    actions: list[str],
    *,
    target: Member | None = None,
) -> None:
    acting.authorize(
        request, organization=organization, resource="stytch.member", actions=actions, target=target
    )
