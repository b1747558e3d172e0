"""argon2id: what it costs in earnest, and that nobody's hash costs the same as somebody's."""

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from identity import password_hash
from project import environment
from tests.identity.password_calls import BETTER, GOOD


def test_the_defaults_are_what_rfc_9106_recommends_for_little_memory() -> None:
    """Read from where they are set, since the tests run with cheaper ones."""
    recommended = RFC_9106_LOW_MEMORY
    source = (environment.BASE_DIR / "project" / "settings.py").read_text()
    assert f'"PASSWORD_HASH_KIB", default={recommended.memory_cost:_}' in source
    assert f'"PASSWORD_HASH_PASSES", default={recommended.time_cost}' in source
    assert recommended.parallelism == password_hash.LANES
    assert recommended.salt_len == password_hash.SALT_BYTES
    assert recommended.hash_len == password_hash.HASH_BYTES


def test_a_hash_is_right_for_its_own_password() -> None:
    hashed = password_hash.made(GOOD)
    assert password_hash.is_right(GOOD, hashed=hashed)
    assert not password_hash.is_right(BETTER, hashed=hashed)
    assert not password_hash.is_outdated(hashed)
    assert hashed != password_hash.made(GOOD)


def test_nobodys_hash_is_never_right_and_costs_the_same() -> None:
    """(QUALITY 24)"""
    nobody = password_hash._of_nobody()
    assert extract_parameters(nobody) == extract_parameters(password_hash.made(GOOD))
    assert not password_hash.is_right(GOOD, hashed="")
    assert not password_hash.is_right("", hashed="")
