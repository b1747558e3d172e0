"""Single sign-on at a provider whose every answer the test writes, over the API alone."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.test import Client
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from identity.models import Organization
from tests.identity.api import Api
from tests.identity.idp import KEY, LANDING, OTHER_KEY, Told, query, start

P256, P384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
ED = ed25519.Ed25519PrivateKey.generate()
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024)
WELL_KNOWN = "/.well-known/openid-configuration"
CLAIMS = {"sub": "s", "email": "alice@acme.example"}


def public(key: Any, **members: Any) -> dict[str, Any]:
    """As a JWK; `members` that are None are left out."""
    if isinstance(key, rsa.RSAPrivateKey):
        made = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        made = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        made = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    made.pop("key_ops", None)
    given = {**made, "kid": "k", **members}
    return {name: value for name, value in given.items() if value is not None}


def metadata(url: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "userinfo_endpoint": f"{url}/userinfo",
        "jwks_uri": f"{url}/jwks",
        "response_types_supported": ["code"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    given = {**usual, **changes}
    return {name: value for name, value in given.items() if value is not None}


@dataclass
class Sso:
    api: Api
    told: Told
    organization: Organization
    connection_id: str = ""
    published: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, *keys: dict[str, Any], **changes: Any) -> None:
        """Metadata and keys; `changes` are to the metadata."""
        self.told.answer(WELL_KNOWN, metadata(self.told.url, **changes))
        self.told.answer("/jwks", {"keys": list(keys) or [public(KEY)]})

    def create(self) -> None:
        made = self.api.post(f"/b2b/sso/oidc/{self.organization.pk}", display_name="SSO")
        self.connection_id = made.json()["connection"]["connection_id"]

    def put(self, **fields: Any) -> Any:
        path = f"/b2b/sso/oidc/{self.organization.pk}/connections/{self.connection_id}"
        return self.api.put(path, **fields)

    def save(self, **fields: Any) -> dict[str, Any]:
        """Its answer; made first if there is none yet."""
        if not self.connection_id:
            self.create()
        given = {"issuer": self.told.url, "client_id": "us", "client_secret": "hush", **fields}
        answer = self.put(**{name: value for name, value in given.items() if value is not None})
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def come_back(self, **answer: str) -> dict[str, str]:
        """From the provider, with a code unless `answer` says otherwise; what the app is told."""
        browser = Client()
        self._tell_token(self._begin(browser), key=KEY, algorithm="RS256", kid="k", claims=CLAIMS)
        return self._end(browser, answer or {"code": "c0de"})

    def sign_in(
        self,
        *,
        key: Any = KEY,
        algorithm: str = "RS256",
        kid: str | None = "k",
        userinfo: Any = None,
        **claims: Any,
    ) -> dict[str, str]:
        """What the app is told; `claims` that are None are left out of the id token."""
        browser = Client()
        asked = self._begin(browser)
        self._tell_token(asked, key=key, algorithm=algorithm, kid=kid, claims={**CLAIMS, **claims})
        if userinfo is not None:
            self.told.answer("/userinfo", userinfo)
        return self._end(browser, {"code": "c0de"})

    def enter(self, landed: dict[str, str]) -> Any:
        assert "token" in landed, landed
        return self.api.post("/b2b/sso/authenticate", sso_token=landed["token"])

    def _begin(self, browser: Client) -> dict[str, str]:
        where = {"connection_id": self.connection_id, "login_redirect_url": LANDING}
        begun = start(browser, "/public/sso/start", **where)
        assert begun.status_code == 302, begun.content
        self._asked = query(begun["Location"])
        return self._asked

    def _end(self, browser: Client, answer: dict[str, str]) -> dict[str, str]:
        path = urlsplit(self._asked["redirect_uri"]).path
        back = browser.get(path, {"state": self._asked["state"], **answer})
        assert back.status_code == 302, back.content
        return query(back["Location"])

    def _tell_token(
        self, asked: dict[str, str], *, key: Any, algorithm: str, kid: str | None, claims: Any
    ) -> None:
        now = int(time.time())
        usual = {"iss": self.told.url, "aud": "us", "iat": now, "exp": now + 60}
        given = {**usual, "nonce": asked["nonce"], **claims}
        kept = {name: value for name, value in given.items() if value is not None}
        headers = {"kid": kid} if kid else None
        token = jwt.encode(kept, key, algorithm=algorithm, headers=headers)
        self.told.answer("/token", {"access_token": "at", "id_token": token})


def signed(key: Any, algorithm: str, **claims: Any) -> bytes:
    """A body that is a JWT, as userinfo may be."""
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "k"}).encode()


def json_bytes(text: str) -> bytes:
    """JSON as it stands, escapes and all."""
    json.loads(text)
    return text.encode()


__all__ = [
    "ED",
    "KEY",
    "OTHER_KEY",
    "P256",
    "P384",
    "SHORT",
    "Sso",
    "json_bytes",
    "public",
    "signed",
]
