"""What was sealed opens for its purpose and under a key still in use; the stamp only once."""

from typing import Any

import pytest
from cryptography.fernet import MultiFernet
from pytest_django import Settings

from accounts import sealing

VALUE = {"for": "somebody"}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every decryption there was."""
    seen, decrypt = [], MultiFernet.decrypt

    def counted(box: MultiFernet, sealed: Any, *rest: Any) -> bytes:
        seen.append(sealed)
        return decrypt(box, sealed, *rest)

    monkeypatch.setattr(MultiFernet, "decrypt", counted)
    return seen


def test_what_comes_with_each_request_is_decrypted_once(opened: list[bytes]) -> None:
    sealed = sealing.seal(VALUE, purpose="stamp")
    for _ in range(3):
        assert sealing.unseal(sealed, purpose="stamp", remember=True) == VALUE
    assert len(opened) == 1


def test_what_holds_a_secret_is_not_kept(opened: list[bytes]) -> None:
    sealed = sealing.seal(VALUE, purpose="pending")
    for _ in range(3):
        assert sealing.unseal(sealed, purpose="pending") == VALUE
    assert len(opened) == 3


def test_what_is_remembered_cannot_be_changed_by_who_asked() -> None:
    sealed = sealing.seal(VALUE, purpose="stamp")
    (sealing.unseal(sealed, purpose="stamp", remember=True) or {}).clear()
    assert sealing.unseal(sealed, purpose="stamp", remember=True) == VALUE


def test_rubbish_is_refused_each_time_and_not_remembered(opened: list[bytes]) -> None:
    for _ in range(2):
        assert sealing.unseal("rubbish", purpose="stamp", remember=True) is None
    assert len(opened) == 2


def test_what_is_remembered_opens_for_no_other_purpose_and_under_no_other_key(
    settings: Settings,
) -> None:
    sealed = sealing.seal(VALUE, purpose="stamp")
    assert sealing.unseal(sealed, purpose="stamp", remember=True) == VALUE
    assert sealing.unseal(sealed, purpose="pending", remember=True) is None
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-for-this"
    assert sealing.unseal(sealed, purpose="stamp", remember=True) is None


def test_what_is_sealed_is_as_short_as_can_be() -> None:
    """A cookie holds four kilobytes, and encryption adds a third."""
    sealed = sealing.seal({"name": "Zoë", "at": 1}, purpose="stamp")
    written = sealing._box("stamp", sealing._secrets()).decrypt(sealed)
    assert written == '{"name":"Zoë","at":1}'.encode()


@pytest.mark.parametrize("written", [b"[]", b'[["for", "somebody"]]', b'"text"', b"1", b"null"])
def test_what_is_sealed_is_an_object_or_nothing(written: bytes) -> None:
    sealed = sealing._box("stamp", sealing._secrets()).encrypt(written).decode()
    assert sealing.unseal(sealed, purpose="stamp") is None
