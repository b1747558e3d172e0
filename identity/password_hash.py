"""Passwords at rest: argon2id in one spelling, and as much work for nobody as for somebody."""

import base64
import secrets
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError
from django.conf import settings

# Of the spelling that is hashed; more is no safer, and costs whoever hashes it.
LONGEST = 1024
# RFC 9106, the recommendation for little memory; the other two numbers are settings.
LANES = 4
SALT_BYTES = 16
HASH_BYTES = 32


def spelled(password: str) -> str:
    """NFKC: the same keys give the same password on every device; ValueError if it is too long."""
    spelling = unicodedata.normalize("NFKC", password)
    if len(spelling.encode()) > LONGEST:
        raise ValueError("too long")
    return spelling


def made(password: str) -> str:
    return _hasher().hash(password)


def is_right(password: str, *, hashed: str) -> bool:
    """`hashed` is "" when there is no password: that takes as long as a wrong one."""
    try:
        return _hasher().verify(hashed or _of_nobody(), password)
    except VerifyMismatchError:
        return False


def is_outdated(hashed: str) -> bool:
    """Made under other settings than today's."""
    return _hasher().check_needs_rehash(hashed)


def _hasher() -> PasswordHasher:
    return PasswordHasher(
        time_cost=settings.PASSWORD_HASH_PASSES,
        memory_cost=settings.PASSWORD_HASH_KIB,
        parallelism=LANES,
        hash_len=HASH_BYTES,
        salt_len=SALT_BYTES,
        type=Type.ID,
    )


def _of_nobody() -> str:
    """Looks like a hash of today's settings, and is that of no password anybody knows."""
    cost = f"m={settings.PASSWORD_HASH_KIB},t={settings.PASSWORD_HASH_PASSES},p={LANES}"
    salt, digest = (_random(length) for length in (SALT_BYTES, HASH_BYTES))
    return f"$argon2id$v=19${cost}${salt}${digest}"


def _random(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
