"""One person, many organizations."""

from django.apps import AppConfig


class Orgswitcher(AppConfig):
    name = "orgswitcher"
