"""Discovery over HTTP: list, enter, found (CONTRACT 2.2)."""

from django.http import HttpResponse
from ninja import Router

from identity import visitors
from identity.api import edge, sign_in, wire_sessions
from identity.api.schemas_sessions import CreateDiscovered, ExchangeIntermediate, ListDiscovered
from identity.operations import discovery

router = Router()


@router.post("/organizations")
def find(request: edge.ApiRequest, body: ListDiscovered) -> HttpResponse:
    listing = discovery.list_organizations(**body.model_dump(), now=request.now)
    answer = {
        "email_address": listing.email_address,
        "discovered_organizations": [
            wire_sessions.discovered(each) for each in listing.organizations
        ],
        "organization_id_hint": listing.hint or None,
    }
    return edge.ok(request, answer)


@router.post("/organizations/create")
def create(request: edge.ApiRequest, body: CreateDiscovered) -> HttpResponse:
    finished = discovery.create_organization(
        intermediate_session_token=body.intermediate_session_token,
        fields=body.organization_fields(),
        visitor=visitors.of(request),
        terms=body.terms(),
        now=request.now,
    )
    return edge.ok(request, sign_in.answer(request, finished))


@router.post("/intermediate_sessions/exchange")
def exchange(request: edge.ApiRequest, body: ExchangeIntermediate) -> HttpResponse:
    finished = discovery.exchange(
        intermediate_session_token=body.intermediate_session_token,
        organization_id=body.organization_id,
        terms=body.terms(),
        now=request.now,
    )
    return edge.ok(request, sign_in.answer(request, finished))
