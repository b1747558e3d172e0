"""Django's settings for static files: hashed and collected, or found where they lie with DEBUG."""

from typing import Any

from project import environment as env

STORAGE = "project.assets.Storage"
FINDING_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"


def described(*, mount: str, debug: bool) -> dict[str, Any]:
    """`mount`: the path below which the app lives, "" for the whole origin."""
    return {
        "STATIC_URL": f"{mount}/static/",
        "STATIC_ROOT": env.text("STATIC_ROOT", str(env.BASE_DIR / "static_root")),
        "STATICFILES_DIRS": [env.BASE_DIR / "static"],
        "STORAGES": {"staticfiles": {"BACKEND": FINDING_STORAGE if debug else STORAGE}},
        "WHITENOISE_USE_FINDERS": debug,
        "WHITENOISE_AUTOREFRESH": debug,
    }
