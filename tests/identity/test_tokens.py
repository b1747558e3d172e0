"""Tokens and codes are the system's randomness, and a dump of the database gives none away."""

import hashlib
import secrets

import pytest
from pytest_django import Settings

from identity import tokens


def test_tokens_and_codes_are_the_systems_randomness(monkeypatch: pytest.MonkeyPatch) -> None:
    """A counter, hashed, would look as random (QUALITY 6)."""
    asked = []

    def urandom(count: int) -> bytes:
        asked.append(count)
        return bytes(range(count))

    monkeypatch.setattr(secrets, "token_bytes", urandom)
    assert tokens.new_token() == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
    assert asked == [33]
    monkeypatch.setattr(secrets, "randbelow", lambda most: most - 1)
    assert tokens.new_code() == "999999"


def test_a_code_is_not_found_by_trying_without_the_secret(settings: Settings) -> None:
    stored = tokens.hash_code("123456", salt="salt")
    for text in ("salt:123456", "salt123456", "123456salt", "123456"):
        assert hashlib.sha256(text.encode()).hexdigest() != stored
    settings.SECRET_KEY = "another-secret-of-another-installation-0123456789"
    assert tokens.hash_code("123456", salt="salt") != stored


def test_comparing_takes_as_long_whatever_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the function that promises it; time itself is no matter of a test."""
    compared = []

    def digest(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return False

    monkeypatch.setattr(tokens.hmac, "compare_digest", digest)
    assert not tokens.same("same", "same")
    assert compared == [(b"same", b"same")]
