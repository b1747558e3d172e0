"""The API under /v1/."""

from django.urls import URLPattern, re_path

from identity.api import edge
from identity.api.api import api


def routes() -> list[URLPattern]:
    """Each route of the API, guarded; Ninja's own root page is left out."""
    mounted = [route for route in api.urls[0] if isinstance(route, URLPattern)]
    return [
        URLPattern(route.pattern, edge.guarded(route.callback), route.default_args, route.name)
        for route in mounted
        if route.name != "api-root"
    ]


# `.` would let a path with a line break in it slip through to an HTML page.
urlpatterns = [*routes(), re_path(r"^[\s\S]*$", edge.guarded(edge.unknown_route))]
