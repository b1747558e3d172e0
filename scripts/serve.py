"""Bring the database up to date, seed it when this is a demonstration, and become the server."""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts import checks
from project.environment import load_file


def main() -> None:
    load_file()
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    prepare()
    # A fresh process: the server must not inherit this one's database connection by forking.
    os.execv(sys.executable, [sys.executable, "-m", "project.server", *sys.argv[1:]])


def prepare() -> None:
    django.setup()
    checks.at_start()
    call_command("migrate", verbosity=0)
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)
    elif settings.IDENTITY_EMBEDDED:
        call_command("demo", verbosity=0)
        call_command("demo_documents")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except (ImproperlyConfigured, CommandError) as refusal:
        sys.exit(f"Foyer doesn't start like this. {refusal}")
