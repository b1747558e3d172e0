"""Local verification of session JWTs (CONTRACT 4): no call for a known key, none for a forgery."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from accounts.client import claims as session_claims
from accounts.client.entities import MemberSession
from accounts.client.errors import JwtInvalid, JwtStale
from accounts.client.keys import Keys
from accounts.client.wire import Json

LEEWAY = timedelta(seconds=10)  # clocks differ by a few seconds, not by more
LONGEST_TOKEN = 8192  # characters; a cookie holds half of it
REMEMBERED = 1024  # verified tokens, a few kilobytes each
# A header that brings or names its own key wants to be believed on its own word.
REFUSED_HEADERS = frozenset({"jku", "jwk", "x5u", "x5c", "crit"})
JWS = jwt.PyJWS(algorithms=["RS256"])


@dataclass(frozen=True, slots=True)
class Verified:
    """A session read from a JWT whose signature held, and the time it is good for."""

    session: MemberSession
    kid: str
    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class Verifier:
    """Verifies session JWTs of one project against `keys`; safe to share between threads."""

    keys: Keys
    project_id: str
    issuers: tuple[str, ...]
    clock: Callable[[], datetime]
    _seen: OrderedDict[bytes, Verified] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def verify(self, token: str) -> MemberSession:
        """Return the session a JWT speaks of.

        Raises JwtInvalid for what is not ours, JwtStale for what is ours but not valid now (or
        can't be judged here), Unavailable when there are no keys to judge by. Only a well-formed
        token for this project with an unknown kid may cost a fetch, once per cool-down.
        """
        verified = self._signed(token)
        if not verified.starts_at <= self.clock() < verified.ends_at:
            raise JwtStale("well signed, but not valid now")
        return verified.session

    def read(self, token: str) -> MemberSession:
        """Like `verify`, whenever the JWT is or was valid: so it lets nobody in."""
        return self._signed(token).session

    def _signed(self, token: str) -> Verified:
        if not token.isascii() or len(token) > LONGEST_TOKEN:
            raise JwtInvalid("not a JWT")
        fingerprint = hashlib.sha256(token.encode()).digest()
        verified = self._recall(fingerprint)
        if verified is None:
            verified = self._verify(token)
            self._remember(fingerprint, verified)
        return verified

    def _verify(self, token: str) -> Verified:
        header, claims = _unverified(token)
        kid = _kid(header)
        self._check_addressee(claims)
        issued_at, starts_at, ends_at = (_time(claims, name) for name in ("iat", "nbf", "exp"))
        key = self._key(kid, issued_at=issued_at, ends_at=ends_at + LEEWAY)
        _check_signature(token, key)
        return Verified(
            session=session_claims.read(claims, issued_at=issued_at, jwt_expires_at=ends_at),
            kid=kid,
            starts_at=max(issued_at, starts_at) - LEEWAY,
            ends_at=ends_at + LEEWAY,
        )

    def _check_addressee(self, claims: Json) -> None:
        audience = claims.get("aud")
        if self.project_id not in (audience if isinstance(audience, list) else [audience]):
            raise JwtInvalid("meant for another audience")
        if claims.get("iss") not in self.issuers:
            raise JwtInvalid("from another issuer")

    def _key(self, kid: str, *, issued_at: datetime, ends_at: datetime) -> RSAPublicKey:
        known = self.keys.current()
        if kid in known.keys:
            return known.keys[kid]
        if ends_at <= self.clock():
            raise JwtStale("long expired, its key perhaps no longer published")
        asked = self.keys.after(known)
        if kid in asked.keys:
            return asked.keys[kid]
        if issued_at > asked.fetched_at:
            raise JwtStale("issued after the keys could last be fetched")
        raise JwtInvalid("signed by no key of ours")

    def _recall(self, fingerprint: bytes) -> Verified | None:
        with self._lock:
            verified = self._seen.get(fingerprint)
            if verified is not None:
                self._seen.move_to_end(fingerprint)
        if verified is None or verified.kid not in self.keys.current().keys:
            return None  # a withdrawn key takes back what it signed
        return verified

    def _remember(self, fingerprint: bytes, verified: Verified) -> None:
        with self._lock:
            self._seen[fingerprint] = verified
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)


def _unverified(token: str) -> tuple[Json, Json]:
    """Split a token into header and claims, believing neither."""
    try:
        parts = JWS.decode_complete(token, options={"verify_signature": False})
        claims = json.loads(parts["payload"])
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise JwtInvalid("not a JWT") from None
    if not isinstance(claims, dict):
        raise JwtInvalid("claims that are no object")
    return parts["header"], claims


def _kid(header: Json) -> str:
    kid = header.get("kid")
    if header.get("alg") != "RS256" or header.get("typ") != "JWT":
        raise JwtInvalid("not an RS256 JWT")
    if not isinstance(kid, str) or not kid or REFUSED_HEADERS & header.keys():
        raise JwtInvalid("a header that points at no key of ours")
    return kid


def _time(claims: Json, name: str) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise JwtInvalid(f"without {name}")
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise JwtInvalid(f"{name} is no time") from None


def _check_signature(token: str, key: RSAPublicKey) -> None:
    try:
        JWS.decode(token, key, algorithms=["RS256"])
    except (jwt.PyJWTError, ValueError):
        raise JwtInvalid("the signature does not hold") from None
