"""The demo identity provider under /dev/provider/; project/urls.py includes it with DEBUG only."""

from django.urls import path

from identity.demo_provider import views

app_name = "demo_provider"

urlpatterns = [path("authorize", views.authorize, name="authorize")]
