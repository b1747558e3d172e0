"""Foyer's own settings, but for mail, which goes nowhere: production refuses to start like that."""

from project.settings import *  # noqa: F403 everything but what follows is the same on purpose

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
