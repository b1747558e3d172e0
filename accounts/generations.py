"""Generations: what was on its way when somebody signed out doesn't sign them in again.

A switch or a sign-in that one tab has sent may be answered after another tab has signed out, with
a session nobody wants any more. So each sign-out leaves a new generation behind, in a cookie, and
each session's stamp tells the generation that its request came with: a stamp of another one is
late. Its session counts for nothing here and is ended at the service.

Signing in begins no generation, so that two tabs may do it at once. A cookie that is missing, or a
session without a stamp of ours, says nothing: what another backend has set stays welcome.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta

# Longer than any answer is under way, which is all it is for: browsers give up within minutes.
KEPT = timedelta(hours=1)
LONGEST = 64  # characters that are believed of the cookie; it goes into the stamp


def read(came: Mapping[str, str]) -> str:
    return came.get("generation", "")[:LONGEST]


def begin() -> str:
    return secrets.token_urlsafe(12)


def is_over(stamp: Mapping[str, object], generation: str) -> bool:
    """A stamp from before there were generations, or no stamp at all, is of this one."""
    return bool(generation) and stamp.get("generation", generation) != generation
