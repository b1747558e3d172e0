"""The sitemap: what answers where."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("project.health")),
    path("", include("accounts.urls")),
    path("", include("orgswitcher.urls")),
]

if settings.IDENTITY_EMBEDDED:
    urlpatterns += [path("v1/", include("identity.urls"))]
    urlpatterns += [path(".well-known/", include("identity.well_known"))]
    if settings.DEBUG:
        urlpatterns += [path("dev/inbox/", include("identity.inbox.urls"))]
        urlpatterns += [path("dev/weather/", include("project.weather_page"))]
        urlpatterns += [path("dev/provider/", include("identity.demo_provider.urls"))]

if settings.DEBUG:
    urlpatterns += [path("", include("documents.urls"))]

handler400 = "project.errors.bad_request"
handler403 = "project.errors.forbidden"
handler404 = "project.errors.not_found"
handler500 = "project.errors.server_error"
