"""The API alone, as the embedded transport sees it: no pages, no middleware."""

from django.urls import include, path

urlpatterns = [path("v1/", include("identity.urls"))]
