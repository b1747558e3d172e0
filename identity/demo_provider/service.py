"""The demo identity provider behind its page: codes, tokens and keys, for DEBUG alone.

It speaks OpenID Connect, but over no network: provider_http asks `answer` instead of opening a
socket. So it needs to know no port, works offline, and no worker waits for another.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import jwt
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.cache import cache as memory
from django.utils import timezone
from jwt.algorithms import RSAAlgorithm

from identity import addresses
from identity.operations import pkce
from identity.tokens import new_token, sealer

AUTHORIZE = "/dev/provider/authorize"
KEY_ID = "demo"
SEALED_FOR = "demo-provider"
LIFETIME = timedelta(minutes=5)


def code_for(address: str, *, asked: Mapping[str, str], broken: bool = False) -> str:
    """What the browser takes back to the app; `broken` makes the token call fail like an outage."""
    promise = {
        "address": address,
        "broken": broken,
        "once": new_token(),
        "ends": (timezone.now() + LIFETIME).timestamp(),
        **{name: asked.get(name, "") for name in ("client_id", "redirect_uri", "nonce")},
        "challenge": asked.get("code_challenge", ""),
    }
    sealed: bytes = sealer(SEALED_FOR).encrypt(json.dumps(promise).encode())
    return sealed.decode()


def answer(path: str, *, body: bytes) -> tuple[int, bytes]:
    """Status and JSON of a call from the app's server."""
    if path == "/.well-known/openid-configuration":
        return _json(200, _metadata())
    if path == "/jwks":
        return _json(200, {"keys": [_public_key()]})
    if path == "/token":
        return _token(dict(parse_qsl(body.decode())))
    return _json(404, {"error": "not_found"})


def endpoints() -> dict[str, str]:
    """As a connection keeps them; the page is wherever the app itself is."""
    return {
        "issuer": settings.DEMO_ISSUER,
        "authorization_url": AUTHORIZE,
        "token_url": f"{settings.DEMO_ISSUER}/token",
        "userinfo_url": f"{settings.DEMO_ISSUER}/userinfo",
        "jwks_url": f"{settings.DEMO_ISSUER}/jwks",
    }


def _metadata() -> dict[str, Any]:
    known = endpoints()
    return {
        "issuer": known["issuer"],
        "authorization_endpoint": known["authorization_url"],
        "token_endpoint": known["token_url"],
        "userinfo_endpoint": known["userinfo_url"],
        "jwks_uri": known["jwks_url"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _token(form: dict[str, str]) -> tuple[int, bytes]:
    promise = _opened(form.get("code", ""))
    if promise is None or not _is_kept(promise, form):
        return _json(400, {"error": "invalid_grant"})
    if promise["broken"]:
        return _json(503, {"error": "temporarily_unavailable"})
    return _json(
        200,
        {
            "access_token": new_token(),
            "token_type": "Bearer",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": "openid email profile",
            "id_token": _id_token(promise),
        },
    )


def _opened(code: str) -> dict[str, Any] | None:
    try:
        promise: dict[str, Any] = json.loads(sealer(SEALED_FOR).decrypt(code.encode()))
    except InvalidToken:
        return None
    return promise


def _is_kept(promise: dict[str, Any], form: dict[str, str]) -> bool:
    """A real provider would look at the same; the secret it would know, nobody keeps here."""
    same = all(promise[name] == form.get(name, "") for name in ("redirect_uri", "client_id"))
    proven = pkce.s256(form.get("code_verifier", "")) == promise["challenge"]
    alive = timezone.now().timestamp() < promise["ends"]
    return same and proven and alive and bool(memory.add(f"demo-code:{promise['once']}", 1))


def _id_token(promise: dict[str, Any]) -> str:
    address = promise["address"]
    domain = addresses.domain_of(address)
    now = timezone.now()
    claims = {
        "iss": settings.DEMO_ISSUER,
        "aud": promise["client_id"],
        "sub": hashlib.sha256(address.encode()).hexdigest()[:21],
        "iat": now,
        "exp": now + LIFETIME,
        "nonce": promise["nonce"],
        "email": address,
        "email_verified": True,
        "name": address.partition("@")[0].replace(".", " ").title(),
        # As Google: whoever has a domain of their own is vouched for by it, others aren't.
        **({} if addresses.is_common(domain) else {"hd": domain}),
    }
    return jwt.encode(claims, _private_key(), algorithm="RS256", headers={"kid": KEY_ID})


@cache
def _private_key() -> rsa.RSAPrivateKey:
    """A new one for each process: it signs what the same process reads."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _public_key() -> dict[str, Any]:
    key: dict[str, Any] = RSAAlgorithm.to_jwk(_private_key().public_key(), as_dict=True)
    return {**key, "kid": KEY_ID, "use": "sig", "alg": "RS256"}


def _json(status: int, body: dict[str, Any]) -> tuple[int, bytes]:
    return status, json.dumps(body).encode()
