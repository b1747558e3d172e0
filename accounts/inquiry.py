"""The one place that asks the service about a session, and what each refusal of it means.

Only a clear no ends a session. Every other refusal says as little about it as silence does, so it
is kept; what the person is told is decided once, by `answers.of_trouble`:
429 is RateLimited, 403 NotAllowedHere, any other refusal Misasked, silence Unavailable.
"""

from collections.abc import Mapping
from typing import TypeAlias

from accounts.client.authorization import AuthorizationCheck
from accounts.client.errors import (
    Misasked,
    NotAllowedHere,
    RateLimited,
    Rejected,
    SessionExpired,
    Unavailable,
)
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.service import identity

# The roles of the session don't pass the check that was asked for (CONTRACT 2.1).
VERDICTS = frozenset({"session_authorization_error", "session_authorization_tenancy_error"})

# What `ask` raises when the session stays what it was, and nobody can tell what that is.
Trouble: TypeAlias = Unavailable | RateLimited
TROUBLE = (Unavailable, RateLimited)


def ask(
    tokens: Tokens,
    *,
    session_duration_minutes: int | None = None,
    custom_claims: Mapping[str, object] | None = None,
    authorization_check: AuthorizationCheck | None = None,
) -> Authenticated:
    """Authenticate the session (CONTRACT 2.1), with a fresh JWT; minutes move its end.

    Raises SessionExpired when it is over, Forbidden when it doesn't pass `authorization_check`,
    and else RateLimited, NotAllowedHere, Misasked or Unavailable, with the session as it was.
    """
    try:
        return identity().sessions.authenticate(
            tokens,
            session_duration_minutes=session_duration_minutes,
            custom_claims=custom_claims,
            authorization_check=authorization_check,
        )
    except (SessionExpired, RateLimited):
        raise
    except Rejected as no:
        if authorization_check is not None and no.error_type in VERDICTS:
            raise
        raise trouble(no) from no


def trouble(no: Rejected) -> Unavailable:
    """What to raise for a refusal that is no word about the session."""
    if no.status_code == 403:
        return NotAllowedHere(no.error_type, request_id=no.request_id)
    return Misasked(no.error_type, request_id=no.request_id)
