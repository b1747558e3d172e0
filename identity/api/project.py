"""What a caller may ask about the project itself (CONTRACT 2.11)."""

from django.conf import settings
from django.http import HttpResponse
from ninja import Router

from identity.api import edge

router = Router()


@router.get("/debug/whoami")
def whoami(request: edge.ApiRequest) -> HttpResponse:
    return edge.ok(request, {"project_id": settings.IDENTITY_PROJECT_ID, "name": "Foyer"})
