"""Values a browser may carry but neither read nor make: sealed by keys derived from SECRET_KEY."""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

REMEMBERED = 1024  # values, half a kilobyte each


def seal(value: Mapping[str, object], *, purpose: str) -> str:
    """This will encrypt and sign `value`; what was sealed for one purpose opens for no other."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return _box(purpose, _secrets()).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, purpose: str, remember: bool = False) -> dict[str, Any] | None:
    """This will give back what was sealed, or None for anything that isn't exactly that.

    `remember` what comes with each request and is no secret to keep: opening it costs more than
    all the rest of a request's check. Only what opened is remembered, so rubbish fills nothing up.
    """
    if not sealed:
        return None
    opened = _remembered if remember else _opened
    try:
        value = opened(sealed, purpose, _secrets())
    except (InvalidToken, ValueError):
        return None
    return dict(value) if isinstance(value, dict) else None


def _opened(sealed: str, purpose: str, secrets: tuple[str, ...]) -> object:
    return json.loads(_box(purpose, secrets).decrypt(sealed.encode()))


_remembered = lru_cache(maxsize=REMEMBERED)(_opened)


def _secrets() -> tuple[str, ...]:
    """The newest seals, all of them open: a rotated SECRET_KEY signs nobody out."""
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _box(purpose: str, secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret, purpose)) for secret in secrets])


def _derive(secret: str, purpose: str) -> bytes:
    """No salt: the secret is strong already, and every process must find the same key."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"foyer {purpose}".encode())
    return base64.urlsafe_b64encode(hkdf.derive(secret.encode()))
