"""Where providers send browsers back to; what is not proven to have begun here changes nothing."""

from django.http import HttpResponse
from ninja import Router

from identity import flow_cookie
from identity.api import browser, edge
from identity.operations import callbacks, flows
from identity.operations.callbacks import Answer
from identity.operations.flows import Kind

router = Router(auth=None)


@router.get("/b2b/oauth/callback/{provider}", include_in_schema=False)
@browser.for_people
def oauth_callback(request: edge.ApiRequest, provider: str) -> HttpResponse:
    return _end(request, kinds={Kind.OAUTH, Kind.DISCOVERY}, by=provider)


@router.get("/b2b/sso/callback/{connection_id}", include_in_schema=False)
@browser.for_people
def sso_callback(request: edge.ApiRequest, connection_id: str) -> HttpResponse:
    return _end(request, kinds={Kind.SSO}, by=connection_id)


def _end(request: edge.ApiRequest, *, kinds: set[Kind], by: str) -> HttpResponse:
    sealed = flow_cookie.read(request)
    flow = flows.proven(
        sealed,
        kinds={kind.value for kind in kinds},
        by=by,
        state=request.GET.get("state", ""),
        now=request.now,
    )
    told = request.GET
    answer = Answer(
        code=told.get("code", ""),
        error=told.get("error", ""),
        description=told.get("error_description", ""),
    )
    response = browser.redirect(callbacks.finish(flow, answer=answer, now=request.now))
    flow_cookie.keep(response, flows.remaining(sealed, ended=flow, now=request.now))
    return response
