"""The embedded session service: Stytch's B2B API on the app's own database."""

from django.apps import AppConfig


class Identity(AppConfig):
    name = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A policy that makes no sense stops the start."""
        from identity import project_policy

        project_policy.current()
