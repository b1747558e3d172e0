"""Tests that hold whatever says that a session lives (SESSION_CHECK): a JWT, or the service."""

import pytest
from django.conf import settings

both_checks = pytest.mark.parametrize("session_check", ["jwt", "token"], indirect=True)
# Where the whole run is by token: `SESSION_CHECK=token pytest tests/browser`.
only_by_jwt = pytest.mark.skipif(
    settings.SESSION_CHECK == "token", reason="it is about the JWT in the browser"
)
by_token = pytest.mark.parametrize("session_check", ["token"], indirect=True)


def written(session_check: str) -> set[str]:
    """The cookies of a session; test_cookies.py sets the names."""
    jwt = {"stytch_session_jwt"} if session_check == "jwt" else set()
    return {"stytch_session", "stytch_session_stamp"} | jwt


def how(session_check: str) -> str:
    """What rooms.home says of a page that follows another: from_cache or not."""
    return "cache" if session_check == "jwt" else "asked"
