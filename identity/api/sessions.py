"""Member sessions over HTTP (CONTRACT 2.1)."""

from django.http import HttpResponse
from ninja import Router

from identity.api import acting, edge, sign_in, wire, wire_sessions
from identity.api.schemas_sessions import Authenticate, Exchange, Revoke
from identity.operations import exchange, members, organizations, revocation, sessions
from identity.operations.revocation import Selector

router = Router()


@router.get("")
def find(request: edge.ApiRequest, organization_id: str, member_id: str) -> HttpResponse:
    organization = organizations.get(organization_id)
    member = members.get(organization=organization, identifier=member_id)
    found = revocation.active_of(member, now=request.now)
    listed = [wire_sessions.member_session(each) for each in found]
    return edge.ok(request, {"member_sessions": listed})


@router.post("/authenticate")
def authenticate(request: edge.ApiRequest, body: Authenticate) -> HttpResponse:
    check = body.authorization_check
    live = sessions.authenticate(
        session_token=body.session_token,
        session_jwt=body.session_jwt,
        terms=body.terms(),
        check=check.check() if check else None,
        now=request.now,
    )
    granting = live.granting_roles
    verdict = None if granting is None else {"authorized": True, "granting_roles": list(granting)}
    answer = {
        "member_session": wire_sessions.member_session(live.session),
        "session_token": live.session_token,
        "session_jwt": live.session_jwt,
        "member": wire.member(live.session.member),
        "organization": wire.organization(live.session.member.organization),
        "verdict": verdict,
    }
    return edge.ok(request, answer)


@router.post("/revoke", auth=edge.project_or_member_auth)
def revoke(request: edge.ApiRequest, body: Revoke) -> HttpResponse:
    selection = revocation.select(Selector(**body.model_dump()), now=request.now)
    member = selection.member
    acting.authorize(
        request,
        organization=member.organization,
        resource="stytch.member",
        actions=["revoke-sessions"],
        target=member,
    )
    revocation.revoke(selection, now=request.now)
    return edge.ok(request, {})


@router.post("/exchange")
def exchange_session(request: edge.ApiRequest, body: Exchange) -> HttpResponse:
    finished = exchange.exchange(
        organization_id=body.organization_id,
        session_token=body.session_token,
        session_jwt=body.session_jwt,
        terms=body.terms(),
        now=request.now,
    )
    return edge.ok(request, sign_in.answer(request, finished))
