"""Signing in and staying signed in."""

from collections.abc import Callable

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured

from accounts import checks, service


class Accounts(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """A hook whose path leads nowhere is found at the start, not at the first sign-in."""
        checks.add()
        for name, hook in (
            ("SESSION_CLAIMS", service.claims_hook),
            ("PLACE_OF_ADDRESS", service.place_hook),
        ):
            found = _imported(name, hook)
            if found is not None and not callable(found):
                raise ImproperlyConfigured(f"{name} names something that isn't a function.")


def _imported(name: str, hook: Callable[[], object]) -> object:
    try:
        return hook()
    except ImportError as error:
        raise ImproperlyConfigured(f"{name} can't be imported: {error}") from error
