"""Opaque tokens, codes and ids: made from the system's randomness, stored as hashes."""

import base64
import hashlib
import hmac
import secrets
import uuid

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# 33 bytes are 44 base64url characters without padding (CONTRACT 1.6), 264 bits.
TOKEN_BYTES = 33
CODE_DIGITS = 6


def new_id(kind: str) -> str:
    """`<kind>-<env>-<uuid4>`, the environment taken from the project's id (CONTRACT 1.6)."""
    return f"{kind}-{environment()}-{uuid.uuid4()}"


def environment() -> str:
    live = settings.IDENTITY_PROJECT_ID.startswith("project-live-")
    return "live" if live else "test"


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def hash_token(token: str) -> str:
    """SHA-256 is enough for 264 random bits; a database dump can't be turned back into tokens."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_code(code: str, *, salt: str) -> str:
    """A keyed hash, because six digits are guessed in a blink by who has the table."""
    key = derived_key("code-hash", settings.SECRET_KEY)
    return hmac.new(key, f"{salt}:{code}".encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def derived_key(purpose: str, secret: str, *, salt: bytes | None = None) -> bytes:
    """32 bytes from `secret`, different for each `purpose`."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=f"foyer:{purpose}".encode())
    return kdf.derive(secret.encode())


def sealer(purpose: str) -> MultiFernet:
    """Encrypts at rest; SECRET_KEY_FALLBACKS keep old ciphertexts readable through a rotation."""
    secrets_in_use = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_fernet(purpose, secret) for secret in secrets_in_use])


def sealed_by(presented: str) -> Fernet:
    """Encrypts what only the bearer of `presented` (a code or token) may read back."""
    return _fernet("replay:" + hash_token(presented), settings.SECRET_KEY)


def _fernet(purpose: str, secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key(purpose, secret)))
