"""What the members of an organization write together."""

from django.apps import AppConfig


class Documents(AppConfig):
    name = "documents"
