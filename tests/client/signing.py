"""Real keys and JWTs, good and bad, as an issuer or a forger would make them."""

import base64
import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.client import samples

PROJECT_ID = "project-test-11111111-1111-4111-8111-111111111111"
BASE_URL = "https://identity.example"


@cache
def private_key(kid: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """One key per kid for the whole run; making them is slow."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def jwk(kid: str, **changes: Any) -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(private_key(kid).public_key(), as_dict=True)
    entry = {
        "kty": "RSA",
        "use": "sig",
        "key_ops": ["verify"],
        "alg": "RS256",
        "kid": kid,
        "x5c": [],
        "x5tS256": "",
        "n": public["n"],
        "e": public["e"],
    }
    return entry | changes


def jwks(*kids: str) -> dict[str, Any]:
    return {**samples.ENVELOPE, "keys": [jwk(kid) for kid in kids]}


def claims(now: datetime = samples.NOW, **changes: Any) -> dict[str, Any]:
    """The claims of CONTRACT 4.2, with changes; the ellipsis takes a claim out."""
    issued = int(now.timestamp())
    good = {
        "iss": f"stytch.com/{PROJECT_ID}",
        "aud": [PROJECT_ID],
        "sub": samples.MEMBER_ID,
        "iat": issued,
        "nbf": issued,
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "https://stytch.com/session": {
            "id": samples.SESSION_ID,
            "started_at": "2026-11-20T11:59:00Z",
            "last_accessed_at": "2026-11-20T11:59:30Z",
            "expires_at": "2026-11-20T12:59:00Z",
            "attributes": {"ip_address": "", "user_agent": ""},
            "authentication_factors": [samples.FACTOR],
            "roles": ["stytch_member"],
        },
        "https://stytch.com/organization": {
            "organization_id": samples.ORGANIZATION_ID,
            "slug": "acme",
        },
        "plan": "gold",
    }
    return {name: value for name, value in (good | changes).items() if value is not ...}


def mint(
    payload: Any = None,
    *,
    kid: Any = "jwk-1",
    signed_by: str = "",
    header: dict[str, Any] | None = None,
) -> str:
    """Sign as `signed_by` (else as `kid`); the header says RS256, JWT and `kid` unless changed."""
    said = {"alg": "RS256", "typ": "JWT", "kid": kid} | (header or {})
    said = {name: value for name, value in said.items() if value is not ...}
    content = claims() if payload is None else payload
    signed = b".".join(_encode(json.dumps(part).encode()) for part in (said, content))
    signature = private_key(signed_by or kid).sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return b".".join([signed, _encode(signature)]).decode()


def hmac_by_public_key(kid: str) -> str:
    """The classic: HS256, with the public key everybody may read as its secret."""
    secret = (
        private_key(kid)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    head = _encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}).encode())
    signed = b".".join([head, _encode(json.dumps(claims()).encode())])
    digest = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    return b".".join([signed, _encode(digest.sign(signed, secret))]).decode()


def unsigned(kid: str) -> str:
    head = _encode(json.dumps({"alg": "none", "typ": "JWT", "kid": kid}).encode())
    return b".".join([head, _encode(json.dumps(claims()).encode()), b""]).decode()


def raw(head: bytes, content: bytes, signature: bytes = b"x") -> str:
    return b".".join(map(_encode, (head, content, signature))).decode()


def _encode(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")
