"""The keys that sign JWTs: made on demand, sealed at rest, rotated, published (CONTRACT 4.4)."""

import base64
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.db import IntegrityError, transaction
from django.db.models import Q

from identity.models import SigningKey
from identity.tokens import environment, sealer

logger = logging.getLogger(__name__)

PURPOSE = "signing-key"
KEY_BITS = 2048
PUBLIC_EXPONENT = 65537
# A retired key stays published this long (CONTRACT 4.4: "one month").
PUBLISHED_AFTER_RETIREMENT = timedelta(days=30)
# Nobody checks the certificate's dates; it is there because JWKs carry one (x5c).
CERTIFICATE_LIFETIME = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Ring:
    """The published keys at one moment, read in one query; the first one signs."""

    keys: tuple[SigningKey, ...]

    @property
    def signing_key(self) -> tuple[str, rsa.RSAPrivateKey]:
        """The kid and the private half of the key in use."""
        return self.keys[0].kid, _unsealed(bytes(self.keys[0].private_key_sealed))

    def public_key(self, kid: str) -> rsa.RSAPublicKey | None:
        """None for a kid that is unknown, withdrawn, or retired for longer than a month."""
        found = next((key for key in self.keys if key.kid == kid), None)
        return _public(found.certificate_pem) if found else None

    def jwks(self) -> list[dict[str, Any]]:
        """The nine fields of each key, spelled as in CONTRACT 4.4 (`x5tS256`)."""
        return [_jwk(key) for key in self.keys]


def ring(*, now: datetime) -> Ring:
    """The keys in use and retired less than a month ago; the first call ever makes one.

    A key that no secret opens any more (SECRET_KEY changed without a fallback) is replaced.
    """
    keys = _published(now)
    if not keys or keys[0].retired_at is not None:
        _make_first(now)
        keys = _published(now)
    elif not _opens(keys[0]):
        logger.error("Signing key %s can't be decrypted; it is replaced.", keys[0].kid)
        rotate(now=now)
        keys = _published(now)
    return Ring(keys)


def rotate(*, now: datetime, revoke: bool = False) -> SigningKey:
    """This will make a new key that signs from now on; the old one stays published for a month.

    `revoke` withdraws all older keys at once: JWTs signed by them verify nowhere, once the
    caches of the published set have run out (5 to 10 minutes in the official SDKs, 4.4).
    """
    new = _generated(now)
    with transaction.atomic():
        # Whoever rotates at the same moment waits here, and then retires the key made meanwhile.
        list(SigningKey.objects.select_for_update().filter(retired_at=None))
        SigningKey.objects.filter(retired_at=None).update(retired_at=now)
        new.save(force_insert=True)
        if revoke:
            SigningKey.objects.exclude(pk=new.pk).delete()
    return new


def _make_first(now: datetime) -> None:
    """Of several processes at the same moment one gets its key in; that is the one they all use."""
    try:
        with transaction.atomic():
            _generated(now).save(force_insert=True)
    except IntegrityError:
        logger.info("Another process made the signing key first.")


def _published(now: datetime) -> tuple[SigningKey, ...]:
    young = Q(retired_at=None) | Q(retired_at__gt=now - PUBLISHED_AFTER_RETIREMENT)
    found = SigningKey.objects.filter(young)
    return tuple(sorted(found, key=lambda key: key.retired_at is not None))


def _generated(now: datetime) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=PUBLIC_EXPONENT, key_size=KEY_BITS)
    kid = f"jwk-{environment()}-{uuid.uuid4()}"
    raw = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return SigningKey(
        kid=kid,
        private_key_sealed=sealer(PURPOSE).encrypt(raw),
        certificate_pem=_certificate(private, kid=kid, now=now),
        created_at=now,
    )


def _certificate(private: rsa.RSAPrivateKey, *, kid: str, now: datetime) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kid)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + CERTIFICATE_LIFETIME)
        .sign(private, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _opens(key: SigningKey) -> bool:
    try:
        _unsealed(bytes(key.private_key_sealed))
    except InvalidToken:
        return False
    return True


@lru_cache(maxsize=4)  # the key in use and those of a rotation; parsing costs more than signing
def _unsealed(sealed: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(sealer(PURPOSE).decrypt(sealed), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("Signing keys are RSA keys.")
    return key


@lru_cache(maxsize=16)
def _public(certificate_pem: str) -> rsa.RSAPublicKey:
    key = x509.load_pem_x509_certificate(certificate_pem.encode()).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("Signing keys are RSA keys.")
    return key


def _jwk(key: SigningKey) -> dict[str, Any]:
    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    numbers = _public(key.certificate_pem).public_numbers()
    der = certificate.public_bytes(serialization.Encoding.DER)
    return {
        "kty": "RSA",
        "use": "sig",
        "key_ops": ["verify"],
        "alg": "RS256",
        "kid": key.kid,
        "x5c": [base64.b64encode(der).decode()],
        "x5tS256": _base64url(certificate.fingerprint(hashes.SHA256())),
        "n": _base64url(numbers.n.to_bytes(KEY_BITS // 8)),
        "e": _base64url(numbers.e.to_bytes(3)),
    }


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
