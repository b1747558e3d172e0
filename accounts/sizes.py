"""What a browser would not keep isn't sent to it."""

import logging
from dataclasses import replace
from functools import cache

from accounts.client.tokens import Tokens
from accounts.incoming import cookie_name

logger = logging.getLogger(__name__)

LIMIT = 4096  # bytes of name and value together that every browser keeps (RFC 6265 6.1)


def fitting(tokens: Tokens | None) -> Tokens | None:
    """A JWT too large for a cookie is left out; the service is asked about the token each time."""
    if tokens is None or len(cookie_name("jwt")) + len(tokens.session_jwt) <= LIMIT:
        return tokens
    _say_once_that_jwts_are_too_large()
    return without_jwt(tokens)


def without_jwt(tokens: Tokens) -> Tokens:
    """Its end in whole seconds, as a stamp has it: else it would differ from that each time."""
    return replace(tokens, session_jwt="", expires_at=tokens.expires_at.replace(microsecond=0))


@cache
def _say_once_that_jwts_are_too_large() -> None:
    logger.warning("JWTs over %s bytes fit no cookie: each request asks the service", LIMIT)
