"""The public keys that verify our JWTs: open to everybody (CONTRACT 4.4)."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_GET
from ninja import Router

from identity import keys
from identity.api import edge
from identity.errors import not_found

router = Router()


@router.get("/{project_id}", auth=None)
def jwks(request: edge.ApiRequest, project_id: str) -> HttpResponse:
    if project_id != settings.IDENTITY_PROJECT_ID:
        raise not_found("project_not_found", "Project could not be found.")
    return _key_set(request)


@require_GET
def published(request: edge.ApiRequest) -> HttpResponse:
    """The same set at /.well-known/jwks.json, as on a project's own domain.

    There is one project here, so that its id needn't be known.
    """
    return _key_set(request)


def _key_set(request: edge.ApiRequest) -> HttpResponse:
    return edge.ok(request, {"keys": keys.ring(now=request.now).jwks()})
