"""Ties a provider's answer to the browser that asked for it (RFC 7636, CONTRACT 2.8, 8.5)."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pkce:
    """The browser keeps the verifier; only its digest, the challenge, goes into an address."""

    verifier: str = field(repr=False)

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin() -> Pkce:
    """Draw a verifier: 32 random bytes, 43 characters, as RFC 7636 section 4.1 advises."""
    return Pkce(secrets.token_urlsafe(32))
