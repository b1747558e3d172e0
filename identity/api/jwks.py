"""The public keys that verify our JWTs: open to everybody (CONTRACT 4.4)."""

from django.conf import settings
from django.http import HttpResponse
from ninja import Router

from identity import keys
from identity.api import edge
from identity.errors import not_found

router = Router()


@router.get("/{project_id}", auth=None)
def jwks(request: edge.ApiRequest, project_id: str) -> HttpResponse:
    if project_id != settings.IDENTITY_PROJECT_ID:
        raise not_found("project_not_found", "Project could not be found.")
    return edge.ok(request, {"keys": keys.ring(now=request.now).jwks()})
