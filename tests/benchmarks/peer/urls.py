"""The peer's home before Foyer's sitemap, whose names the common template links to."""

from django.urls import URLPattern, URLResolver, include, path

from tests.benchmarks.peer.views import home

urlpatterns: list[URLPattern | URLResolver] = [path("", home), path("", include("project.urls"))]
