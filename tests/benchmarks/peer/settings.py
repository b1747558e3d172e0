"""Foyer's own settings, but for who is signed in: contrib.auth and sessions in the database."""

from tests.benchmarks.settings import *  # noqa: F403 everything but what follows is the same on purpose
from tests.benchmarks.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    *INSTALLED_APPS,
]
_OURS = "accounts.middleware.AuthMiddleware"
_THEIRS = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # members only, as with us
]
MIDDLEWARE = [each for name in MIDDLEWARE for each in (_THEIRS if name == _OURS else [name])]
ROOT_URLCONF = "tests.benchmarks.peer.urls"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
LOGIN_URL = "/login"
