"""Recovery codes over HTTP (CONTRACT 2.5)."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from identity.api import edge, second_steps, wire, wire_sessions
from identity.operations import members, organizations, recovery_codes

router = Router(auth=edge.project_auth)


class Recover(second_steps.Ends):
    recovery_code: Annotated[str, Field(max_length=64)]


@router.post("/recover")
def recover(request: edge.ApiRequest, body: Recover) -> HttpResponse:
    given = body.given(request, code=body.recovery_code.strip())
    finished, remaining = recovery_codes.recover(given=given, now=request.now)
    answer = {**wire_sessions.completed(finished), "recovery_codes_remaining": remaining}
    return edge.ok(request, answer)


@router.post("/rotate")
def rotate(request: edge.ApiRequest, body: second_steps.OfMember) -> HttpResponse:
    member = body.member()
    codes = recovery_codes.rotate(member, now=request.now)
    return edge.ok(request, {**wire.both(member), "recovery_codes": list(codes)})


@router.get("/{organization_id}/{member_id}")
def find(request: edge.ApiRequest, organization_id: str, member_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    member = members.get(organization=organization, identifier=member_id)
    codes = recovery_codes.listed(member, now=request.now)
    return edge.ok(request, {**wire.both(member), "recovery_codes": list(codes)})
