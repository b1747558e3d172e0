"""Which of a provider's published keys may have signed a token (RFC 7517 4, RFC 8725 3.1)."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm

RSA, EC, OKP = "RSA", "EC", "OKP"
# The asymmetric algorithms, each with the keys it goes with (RFC 7518 3.1, RFC 8037, RFC 8812).
# HS and "none" are not among them: what a client could sign itself proves nothing.
KEYS_FOR: Mapping[str, tuple[str, frozenset[str]]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), (RSA, frozenset())),
    "ES256": (EC, frozenset({"P-256"})),
    "ES384": (EC, frozenset({"P-384"})),
    "ES512": (EC, frozenset({"P-521"})),
    "ES256K": (EC, frozenset({"secp256k1"})),
    "EdDSA": (OKP, frozenset({"Ed25519", "Ed448"})),
}
ALGORITHMS = tuple(KEYS_FOR)
# What makes a key the same key (RFC 7638 3.2); a private part that slipped in is left out.
MEMBERS = {RSA: ("n", "e"), EC: ("crv", "x", "y"), OKP: ("crv", "x")}
RSA_BITS = range(2048, 8193)  # RFC 7518 3.3; above, each try costs us more than it is worth
LISTED = 1000  # keys of a set that are looked at; the largest sets have dozens
TRIED = 64  # of them are made, where they fit: each costs, also one that is of no use
MOST = 16  # keys to try; a set under one `kid` has two or three


def candidates(published: object, *, algorithm: str, kid: object = None) -> tuple[jwt.PyJWK, ...]:
    """Those that fit, equal ones once; a key of the set that makes no sense is passed over."""
    found: dict[tuple[str, ...], jwt.PyJWK] = {}
    fitting = (each for each in _listed(published) if _fits(each, algorithm=algorithm, kid=kid))
    for key in islice(fitting, TRIED):
        own = {name: key[name] for name in ("kty", *MEMBERS[key["kty"]])}
        made = _made(own, algorithm=algorithm)
        if made:
            found.setdefault(tuple(own.values()), made)
    return tuple(islice(found.values(), MOST))


def is_any_usable(published: object, *, algorithms: Iterable[str]) -> bool:
    return any(candidates(published, algorithm=each) for each in algorithms)


def _listed(published: object) -> list[dict[str, Any]]:
    keys = published.get("keys") if isinstance(published, dict) else None
    looked_at = keys[:LISTED] if isinstance(keys, list) else []
    return [each for each in looked_at if isinstance(each, dict)]


def _fits(key: Mapping[str, Any], *, algorithm: str, kid: object) -> bool:
    kty, curves = KEYS_FOR[algorithm]
    operations = key.get("key_ops")
    return (
        key.get("kty") == kty
        and (not curves or key.get("crv") in curves)
        and all(isinstance(key.get(name), str) for name in MEMBERS[kty])
        and (kid is None or key.get("kid") in (None, kid))
        and key.get("use") in (None, "sig")
        and (operations is None or (isinstance(operations, list) and "verify" in operations))
        and key.get("alg") in (None, algorithm)
    )


def _made(key: dict[str, str], *, algorithm: str) -> jwt.PyJWK | None:
    try:
        made = jwt.PyJWK(key, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if key["kty"] == RSA and made.key.key_size not in RSA_BITS:
        return None
    return made
