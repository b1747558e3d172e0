"""Signing keys: made once, sealed, rotated, withdrawn, published (CONTRACT 4.4)."""

import base64
import hashlib
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from cryptography import x509
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings as django_settings
from django.core.management import call_command
from jwt.algorithms import RSAAlgorithm
from pytest_django import Settings

from identity import keys
from identity.models import AuditEvent, SigningKey
from tests.identity.api import Api, refused
from tests.identity.people import NOW, later
from tests.identity.threads import at_once, held_up


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    keys._unsealed.cache_clear()


@pytest.fixture
def no_keys() -> None:
    """As on the first day; beside `db` or its mark."""
    SigningKey.objects.all().delete()


def jwks(api: Api, **headers: str) -> Any:
    path = f"/b2b/sessions/jwks/{django_settings.IDENTITY_PROJECT_ID}"
    return api.call("GET", path, headers=headers)


def test_the_key_set_is_open_and_spelled_as_in_the_contract(api: Api) -> None:
    response = jwks(api, Authorization="")
    assert response.status_code == 200
    assert set(response.json()) == {"keys", "request_id", "status_code"}
    (key,) = response.json()["keys"]
    assert set(key) == {"kty", "use", "key_ops", "alg", "kid", "x5c", "x5tS256", "n", "e"}
    fixed = {name: key[name] for name in ("kty", "use", "key_ops", "alg", "e")}
    assert fixed == {
        "kty": "RSA", "use": "sig", "key_ops": ["verify"], "alg": "RS256", "e": "AQAB",
    }  # fmt: skip
    assert key["kid"].startswith("jwk-test-")


def test_certificate_and_numbers_are_one_key(api: Api) -> None:
    (key,) = jwks(api).json()["keys"]
    der = base64.b64decode(key["x5c"][0])
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    assert key["x5tS256"] == thumbprint
    certified: Any = x509.load_der_x509_certificate(der).public_key()
    assert certified.key_size == 2048
    published: Any = RSAAlgorithm.from_jwk(key)
    assert published.public_numbers() == certified.public_numbers()


def test_another_projects_keys_are_not_here(api: Api) -> None:
    refused(api.get("/b2b/sessions/jwks/project-test-other"), 404, "project_not_found")


def test_the_first_key_is_made_on_demand_and_kept(db: None, no_keys: None) -> None:
    first = keys.ring(now=NOW).keys
    assert [key.kid for key in keys.ring(now=later(days=200)).keys] == [first[0].kid]


@pytest.mark.django_db(transaction=True)
def test_many_first_calls_at_once_make_one_key(no_keys: None) -> None:
    kids = at_once(8, lambda: keys.ring(now=NOW).signing_key[0])
    assert len(set(kids)) == 1
    assert SigningKey.objects.count() == 1


def test_a_new_key_signs_at_once_and_the_old_one_stays_for_a_month(db: None) -> None:
    """QUALITY 61"""
    old, _ = keys.ring(now=NOW).signing_key
    new = keys.rotate(now=later(days=1)).kid
    ring = keys.ring(now=later(days=1, seconds=1))
    assert ring.signing_key[0] == new
    assert [key["kid"] for key in ring.jwks()] == [new, old]
    assert keys.ring(now=later(days=30)).public_key(old)
    assert keys.ring(now=later(days=31, seconds=1)).public_key(old) is None


def test_a_revoked_key_is_gone_at_once(db: None) -> None:
    old, _ = keys.ring(now=NOW).signing_key
    new = keys.rotate(now=NOW, revoke=True).kid
    assert [key["kid"] for key in keys.ring(now=NOW).jwks()] == [new]
    assert keys.ring(now=NOW).public_key(old) is None


@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_leave_one_key_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    keys.ring(now=NOW)
    made = [rsa.generate_private_key(65537, 2048) for _ in range(2)]  # not within the race
    monkeypatch.setattr(rsa, "generate_private_key", lambda **_: made.pop())
    held_up(SigningKey.objects.all(), [lambda: keys.rotate(now=later(days=1))] * 2)
    assert SigningKey.objects.filter(retired_at=None).count() == 1
    assert SigningKey.objects.count() == 3


def test_the_private_half_is_unreadable_in_the_database(db: None) -> None:
    """QUALITY 7"""
    _, private = keys.ring(now=NOW).signing_key
    raw = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stored = bytes(SigningKey.objects.get().private_key_sealed)
    assert raw not in stored
    assert base64.urlsafe_b64encode(raw)[:100] not in stored


def test_keys_stay_readable_through_a_rotation_of_the_secret(db: None, settings: Settings) -> None:
    """QUALITY 71"""
    kid, _ = keys.ring(now=NOW).signing_key
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next secret key, long enough to be one"
    keys._unsealed.cache_clear()
    assert keys.ring(now=NOW).signing_key[0] == kid


def test_a_key_that_nothing_opens_is_replaced_but_still_verifies(
    db: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    kid, _ = keys.ring(now=NOW).signing_key
    settings.SECRET_KEY = "the next secret key, and the old one is forgotten"
    keys._unsealed.cache_clear()
    with pytest.raises(InvalidToken):
        keys._unsealed(bytes(SigningKey.objects.get().private_key_sealed))
    ring = keys.ring(now=later(minutes=1))
    assert ring.signing_key[0] != kid
    assert ring.public_key(kid)
    assert kid in caplog.text


def test_the_command_rotates_and_says_so(db: None) -> None:
    old, _ = keys.ring(now=NOW).signing_key
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    in_use = SigningKey.objects.get(retired_at=None)
    assert in_use.kid != old
    assert out.getvalue() == f"{in_use.kid} signs from now on.\n"
    assert SigningKey.objects.filter(kid=old).exists()
    event = AuditEvent.objects.get(action="signing_key.rotate")
    assert (event.outcome, event.details) == ("success", {"kid": in_use.kid})


def test_the_command_can_withdraw_the_old_keys(db: None) -> None:
    keys.ring(now=NOW)
    out = StringIO()
    call_command("rotate_keys", "--revoke", stdout=out)
    assert SigningKey.objects.count() == 1
    assert "withdrawn" in out.getvalue()
    assert AuditEvent.objects.get(action="signing_key.rotate").outcome == "older_keys_revoked"


def test_only_rsa_keys_are_taken_from_the_database(db: None) -> None:
    """A row put there by hand must not weaken what we sign or verify with."""
    raw = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(TypeError):
        keys._unsealed(keys.sealer(keys.PURPOSE).encrypt(raw))


def test_a_retired_key_is_published_for_thirty_days() -> None:
    assert timedelta(days=30) == keys.PUBLISHED_AFTER_RETIREMENT
