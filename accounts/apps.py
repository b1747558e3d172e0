"""Signing in and staying signed in."""

from django.apps import AppConfig

from accounts import checks, service


class Accounts(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """A hook whose path leads nowhere is found at the start, not at the first sign-in."""
        checks.add()
        service.claims_hook()
        service.place_hook()
