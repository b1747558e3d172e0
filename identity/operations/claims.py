"""A session's custom claims: merged key by key, bounded in size (CONTRACT 6.3)."""

import json
from collections.abc import Mapping
from typing import Any

from identity.errors import bad_request

LIMIT_BYTES = 4 * 1024
# The JWT's own. Silently left out, as the SDKs' docstrings say (CONTRACT 4.2).
RESERVED = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
# Nobody writes these by accident, so they are refused by the error type there is (INFERRED).
STYTCH_PREFIX = "https://stytch.com/"


def merged(held: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    """This will lay `given` over `held`: values overwrite, null deletes, objects merge inside.

    Raises stytch_claims_in_custom_claims and custom_claims_too_large (more than 4096 bytes as
    compact JSON), both 400 (INFERRED).
    """
    if given is None:
        return dict(held)
    if any(name.startswith(STYTCH_PREFIX) for name in given):
        raise bad_request(
            "stytch_claims_in_custom_claims", f"Claims must not begin with {STYTCH_PREFIX}."
        )
    claims = _laid_over(held, {name: given[name] for name in given if name not in RESERVED})
    if _size(claims) > LIMIT_BYTES:
        raise bad_request(
            "custom_claims_too_large", f"Custom claims are limited to {LIMIT_BYTES} bytes."
        )
    return claims


def _laid_over(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(held)
    for name, value in given.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            below = result.get(name)
            result[name] = _laid_over(below if isinstance(below, dict) else {}, value)
        else:
            result[name] = value
    return result


def _size(claims: Mapping[str, Any]) -> int:
    return len(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode())
