"""The embedded session service: Stytch's B2B API on the app's own database."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


class Identity(AppConfig):
    name = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A policy that makes no sense stops the start; so does a way to send texts that isn't."""
        from identity import project_policy

        project_policy.current()
        try:
            backend = import_string(settings.SMS_BACKEND)
        except ImportError as error:
            raise ImproperlyConfigured(f"SMS_BACKEND can't be imported: {error}") from error
        if not callable(backend):
            raise ImproperlyConfigured("SMS_BACKEND names something that isn't a class.")
