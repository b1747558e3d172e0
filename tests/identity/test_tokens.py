"""Tokens and codes are the system's randomness, and a dump of the database gives none away."""

import hashlib
import secrets

import pytest
from cryptography.fernet import InvalidToken
from pytest_django import Settings

from identity import tokens

# What an earlier release made of the values in the test that names them.
HASHED = "87683b5f8302820363ebb7b7ea5a50337c6cb055cddc2d937396daaa707e0b01"
SALTED = "eb128c12165067bcaf3d8e5457852f5bcce3fa210138dc4d3f57eb5254945c1c"
UNSALTED = "10f409cda9995ffa37818677da20482ee35c1dbd4c6147698b029eab1853ae06"
SEALED = (
    b"gAAAAABrCmVA-VcDsjsUXpmnR9EILtPGRu1BeOUf8mm3exgCta-eW8qbbOnLd-Hx2zDjwjV6ec-KsfIi"
    b"8Nbt7BU5wcHg6BVbiw=="
)
ANSWERED = (
    b"gAAAAABrCmVACrslfhYeV3GSX8kHMrG3tCQd2KkU0Gzk4-nhZWvE6SBZGtH2bo1X9LjCrhLsTXmMirEb"
    b"8rAhn037yT43OwogxA=="
)


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


@pytest.mark.parametrize(
    ("project_id", "environment"),
    [("project-live-1", "live"), ("project-test-1", "test"), ("PROJECT-LIVE-1", "test")],
)
def test_ids_name_the_project_s_environment(
    settings: Settings, project_id: str, environment: str
) -> None:
    settings.IDENTITY_PROJECT_ID = project_id
    assert tokens.new_id("member").startswith(f"member-{environment}-")


def test_each_purpose_has_a_key_of_its_own(settings: Settings) -> None:
    sealed = tokens.sealer("session-token").encrypt(b"kept")
    assert tokens.sealer("session-token").decrypt(sealed) == b"kept"
    for other in (tokens.sealer("signing-key"), tokens.sealed_by("session-token")):
        with pytest.raises(InvalidToken):
            other.decrypt(sealed)


def test_what_is_stored_stays_readable(settings: Settings) -> None:
    """Values of an earlier release: another way to derive keys would lose all that is stored."""
    settings.SECRET_KEY = "a-secret-of-fifty-letters-or-more-for-this-test-alone"
    assert tokens.hash_code("123456", salt="salt") == HASHED
    assert tokens.derived_key("purpose", "secret", salt=b"salt").hex() == SALTED
    assert tokens.derived_key("purpose", "secret").hex() == UNSALTED
    assert tokens.sealer("session-token").decrypt(SEALED) == b"kept"
    assert tokens.sealed_by("123456").decrypt(ANSWERED) == b"answered"
