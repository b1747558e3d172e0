"""Reading what a provider has signed: with one of its keys, by an algorithm it is known to use."""

from collections.abc import Collection, Mapping
from typing import Any

import jwt

from identity import published_keys
from identity.provider_http import ProviderFailed, nonsense

REQUIRED = ("iss", "aud", "sub", "exp", "iat")
LEEWAY_SECONDS = 60  # between our clock and theirs
ENCRYPTED_PARTS = 5  # of a JWE, in compact form (RFC 7516 7.1)


def verified(
    token: str,
    *,
    published: object,
    algorithms: Collection[str],
    audience: str,
    required: Collection[str] = REQUIRED,
) -> dict[str, Any]:
    """Signature, audience and times (OpenID Connect Core 3.1.3.7); raises ProviderFailed.

    `algorithms` are those of the provider's metadata. Of `aud` only its presence may be optional.
    """
    header = _header(token)
    algorithm = header.get("alg")
    if algorithm not in algorithms or algorithm not in published_keys.ALGORITHMS:
        raise nonsense("it signs by an algorithm that its metadata doesn't name, or none of ours")
    keys = published_keys.candidates(published, algorithm=algorithm, kid=header.get("kid"))
    for key in keys:
        try:
            return _claims(token, key=key, audience=audience, required=required)
        except jwt.InvalidSignatureError:
            continue
        except jwt.PyJWTError as error:
            raise _forged(error) from error
    if keys:
        raise nonsense("none of its published keys made the signature")
    raise nonsense("its key is not among the published ones")


def _claims(
    token: str, *, key: jwt.PyJWK, audience: str, required: Collection[str]
) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[key.algorithm_name],
        leeway=LEEWAY_SECONDS,
        # A `sub` that is a number is looked at by claim_shapes; the audience just below.
        options={"require": list(required), "verify_sub": False, "verify_aud": False},
    )
    if "aud" in found and audience not in _audiences(found["aud"]):
        raise jwt.InvalidAudienceError("another audience")
    return found


def _audiences(named: object) -> list[object]:
    return named if isinstance(named, list) else [named]


def _header(token: str) -> Mapping[str, Any]:
    if not token.isascii():  # it may even hold half a character, which can't be encoded
        raise nonsense("its token holds what no token holds")
    if token.count(".") == ENCRYPTED_PARTS - 1:
        raise nonsense("it is encrypted, which was not asked for")
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise _forged(error) from error


def _forged(error: Exception) -> ProviderFailed:
    return nonsense(f"what it signed doesn't verify ({type(error).__name__})")
