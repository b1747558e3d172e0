"""Bring the database up to date, seed it when this is a demonstration, and become gunicorn."""

import os
import sys
from pathlib import Path

import django
import environ
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    prepare_environment()
    django.setup()
    call_command("migrate", verbosity=0)
    if settings.DEBUG and settings.IDENTITY_EMBEDDED:
        call_command("demo", verbosity=0)
    # A fresh process: the server must not inherit this one's database connection by forking.
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "-c", "project/gunicorn.py"])


def prepare_environment() -> None:
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    if (ROOT / ".env").is_file():
        environ.Env.read_env(ROOT / ".env")
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
