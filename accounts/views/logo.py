"""An organization's logo, from our own origin and to anybody: sign-in pages show it."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts import logos
from accounts.access import anonymous_allowed, in_background
from accounts.auth import AuthRequest


@anonymous_allowed
@in_background
@require_safe
def logo(request: AuthRequest, signed: str) -> HttpResponse:
    """No cookie is read, so that caches may keep it; without a logo the monogram shines through."""
    logo_url = logos.url_of(signed)
    if not logo_url:
        raise Http404
    picture = logos.picture(logo_url)
    seconds = logos.SOON if picture == logos.NOTHING else logos.GOOD
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
