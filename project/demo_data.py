"""Keeps production away from the database that `make run` filled."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error

# Of `manage.py demo`, all in one database; nobody can prove an address under .example.
PEOPLE = ("admin@acme.example", "member@acme.example", "founder@umbrella.example")


def refuse() -> None:
    """Raises ImproperlyConfigured. What a database can't tell now /readyz may tell."""
    if settings.DEBUG or not settings.IDENTITY_EMBEDDED:
        return
    try:
        members = apps.get_model("identity", "Member")._default_manager
        found = members.filter(email_address__in=PEOPLE).values("email_address").distinct().count()
    except Error:
        return
    if found == len(PEOPLE):
        raise ImproperlyConfigured(
            "The database has the people of the demo, whom anybody could claim to be. Set"
            " DATABASE_URL to another one, and run manage.py migrate. For the demo: make run."
        )
