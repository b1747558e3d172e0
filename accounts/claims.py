"""Custom claims: what the team's hook gives a session at its sign-in, checked, then merged.

One call merges them by the service's rule (CONTRACT 6.3: a value overwrites, None deletes, objects
merge inside) and brings the JWT that has them, before any cookie is written.

A claim may be what a permission hangs on, so nobody is let in without the ones the hook gave:
- The service is silent: 503, "try again"; step and cookies stay. The session it had begun is left
  alone, because the same code, sent once more within seconds, is answered with that very session.
- The hook gives what can't be a claim: InvalidClaims, a bug of the team's, hence a 500 and a line
  in the log that names the claim, in production as with DEBUG. The first sign-in shows it.
Without a hook there is only the device to note, for which nobody has to wait outside.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpRequest

from accounts import devices, inquiry
from accounts.client import claims as jwt_claims
from accounts.client.errors import (
    IdentityError,
    Misasked,
    NotAllowedHere,
    RateLimited,
    SessionExpired,
    Unavailable,
)
from accounts.client.outcomes import Authenticated
from accounts.service import claims_hook

logger = logging.getLogger(__name__)

LIMIT_BYTES = 4 * 1024  # of all of them as compact JSON: CONTRACT 6.3


class InvalidClaims(ValueError):
    """What the hook returned can't be a session's claims; never holds a value of them."""


def give(request: HttpRequest, outcome: Authenticated) -> Authenticated:
    """The same sign-in with the hook's claims in it; raises Unavailable, InvalidClaims."""
    hook = claims_hook()
    noted = {devices.CLAIM: devices.claim(devices.of_request(request))}
    given = checked(hook(outcome, request) or {}, beside=noted) if hook else {}
    try:
        merged = inquiry.ask(outcome.tokens, custom_claims={**given, **noted})
    except SessionExpired:
        raise
    except IdentityError as error:
        if given:
            raise _refused(error) from error
        logger.warning("the device of a session is not noted: %s", error)
        return outcome
    return replace(outcome, tokens=merged.tokens, session=merged.session)


def checked(given: Mapping[str, object], *, beside: Mapping[str, object]) -> dict[str, object]:
    """Refused here, where the name of the culprit can be said; the service would drop some."""
    for name in given:
        _check_name(name)
    try:
        text = json.dumps(
            {**given, **beside}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
    except (TypeError, ValueError, RecursionError):
        raise InvalidClaims("a claim is nothing that JSON knows") from None
    if len(text.encode()) > LIMIT_BYTES:
        raise InvalidClaims(f"custom claims are limited to {LIMIT_BYTES} bytes")
    return dict(given)


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name:
        raise InvalidClaims("a claim's name is a string")
    if name in jwt_claims.RESERVED or name.startswith(jwt_claims.RESERVED_PREFIX):
        raise InvalidClaims(f"{name} is a claim of the JWT itself")
    if name == devices.CLAIM:
        raise InvalidClaims(f"{name} is Foyer's own claim")


def _refused(error: IdentityError) -> Exception:
    """Beside claims of an earlier merge even fitting ones can be too many."""
    if isinstance(error, Misasked) and "claims" in error.error_type:
        return InvalidClaims(error.error_type)
    if isinstance(error, Misasked | NotAllowedHere | RateLimited):
        return error
    return Unavailable(f"the session has no claims: {error}", request_id=error.request_id)
