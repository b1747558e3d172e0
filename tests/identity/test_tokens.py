"""Tokens and codes: nobody can tell the next one, or turn a stored one back."""

import base64
import hmac
import itertools
import random
from collections import Counter

import pytest
from cryptography.fernet import InvalidToken
from pytest_django import Settings

from identity import tokens


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """How many bytes the system was asked for, how often; it answers with all ones."""
    asked: Counter[int] = Counter()

    def urandom(count: int) -> bytes:
        asked[count] += 1
        return b"\xff" * count

    monkeypatch.setattr(random, "_urandom", urandom)  # what the module `secrets` draws from
    return asked


def test_a_token_is_the_systems_randomness_and_nothing_else(asked: Counter[int]) -> None:
    """(QUALITY 6): a counter, however well hashed, looks as random and is guessed by its maker."""
    assert tokens.new_token() == base64.urlsafe_b64encode(b"\xff" * 33).decode()
    assert asked == {33: 1}


def test_a_code_is_drawn_from_all_six_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each as likely as the other: what is out of range is drawn again, not folded."""
    drawn = itertools.chain([b"\xff\xff\xf0", b"\x00\x07\x00", b"\xf4\x23\xf0"])
    monkeypatch.setattr(random, "_urandom", lambda count: next(drawn))
    assert [tokens.new_code(), tokens.new_code()] == ["000112", "999999"]


def test_ids_are_no_two_alike() -> None:
    made = {tokens.new_id("member") for _ in range(100)}
    assert len(made) == 100
    assert all(each.startswith("member-test-") for each in made)


def test_a_codes_hash_is_keyed(settings: Settings) -> None:
    """(QUALITY 7): six digits are tried in a second by who has the table and not the secret."""
    before = tokens.hash_code("123456", salt="salt")
    assert tokens.hash_code("123456", salt="salt") == before
    assert tokens.hash_code("123456", salt="other") != before
    settings.SECRET_KEY = "another secret key, long enough to be one"
    assert tokens.hash_code("123456", salt="salt") != before


def test_secrets_are_compared_without_telling_how_far_they_agree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Time can't be measured in a test; that the standard library's comparison is used, can."""
    compared: list[tuple[bytes, bytes]] = []

    def compare_digest(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return left == right

    monkeypatch.setattr(hmac, "compare_digest", compare_digest)
    assert tokens.same("äöü", "äöü")
    assert not tokens.same("a", "b")
    assert compared == [("äöü".encode(),) * 2, (b"a", b"b")]


def test_what_is_sealed_for_one_purpose_opens_for_no_other(settings: Settings) -> None:
    sealed = tokens.sealer("one").encrypt(b"plain")
    assert tokens.sealer("one").decrypt(sealed) == b"plain"
    with pytest.raises(InvalidToken):
        tokens.sealer("other").decrypt(sealed)
    with pytest.raises(InvalidToken):
        tokens.sealed_by("bearer").decrypt(sealed)
