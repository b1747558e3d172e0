"""The session's JWT: what it says, and which ones are believed (CONTRACT 4; QUALITY 59)."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from identity import keys, session_jwt
from identity.errors import ApiError
from identity.models import MemberSession
from identity.operations import sessions
from identity.operations.sign_in import Finished, Terms
from tests.identity.people import ALICE, NOW, later, member, organization, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Finished:
    return signed_in(member(organization(), roles=["stytch_admin"]))


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def signed(claims: dict[str, Any], *, key: Any = None, **header: Any) -> str:
    """By the real key under its real kid, unless told otherwise."""
    kid, private = keys.ring(now=NOW).signing_key
    headers = {"kid": kid, **header}
    algorithm = headers.pop("alg", "RS256")
    return jwt.encode(claims, key or private, algorithm=algorithm, headers=headers)


def read(token: str) -> session_jwt.Reading:
    return session_jwt.read(token, ring=keys.ring(now=NOW))


def assert_refused(token: str, status: int, error_type: str) -> None:
    with pytest.raises(ApiError) as refusal:
        read(token)
    assert (refusal.value.status_code, refusal.value.error_type) == (status, error_type)
    assert refusal.value.message.startswith("session_jwt ")


def test_it_says_what_the_contract_says(alice: Finished) -> None:
    """CONTRACT 4.1, 4.2."""
    assert alice.session
    kid, _ = keys.ring(now=NOW).signing_key
    assert jwt.get_unverified_header(alice.session_jwt) == {
        "alg": "RS256", "kid": kid, "typ": "JWT",
    }  # fmt: skip
    issued_at = int(NOW.timestamp())
    assert claims_of(alice.session_jwt) == {
        "iss": f"stytch.com/{settings.IDENTITY_PROJECT_ID}",
        "aud": [settings.IDENTITY_PROJECT_ID],
        "sub": alice.member.member_id,
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + 300,
        "https://stytch.com/session": {
            "id": alice.session.member_session_id,
            "started_at": "2026-01-01T12:00:00Z",
            "last_accessed_at": "2026-01-01T12:00:00Z",
            "expires_at": "2026-01-01T13:00:00Z",
            "attributes": {"ip_address": "", "user_agent": ""},
            "authentication_factors": [
                {
                    "type": "email_otp",
                    "delivery_method": "email",
                    "last_authenticated_at": "2026-01-01T12:00:00Z",
                    "created_at": "2026-01-01T12:00:00Z",
                    "updated_at": "2026-01-01T12:00:00Z",
                    "sequence_order": "PRIMARY",
                    "email_factor": {
                        "email_id": alice.member.email_id,
                        "email_address": ALICE,
                    },
                }
            ],
            "roles": ["stytch_member", "stytch_admin"],
        },
        "https://stytch.com/organization": {
            "organization_id": alice.organization.organization_id,
            "slug": "acme",
        },
    }


def test_it_never_outlives_its_session() -> None:
    """CONTRACT 4.3: the service clamps."""
    now = later(minutes=58)
    alice = signed_in(member(organization()))
    fresh = sessions.authenticate(session_token=alice.session_token, terms=Terms(), now=now)
    assert claims_of(fresh.session_jwt)["exp"] == int(later(hours=1).timestamp())


def test_custom_claims_are_at_the_top_and_never_win() -> None:
    given = {"plan": "pro", "limits": {"seats": 3}, "sub": "somebody else"}
    alice = signed_in(member(organization()), terms=Terms(custom_claims=given))
    claims = claims_of(alice.session_jwt)
    assert (claims["plan"], claims["limits"]) == ("pro", {"seats": 3})
    assert claims["sub"] == alice.member.member_id


def test_an_expired_one_is_still_read(alice: Finished) -> None:
    """CONTRACT 2.1: the session behind it decides."""
    claims = claims_of(alice.session_jwt) | {"exp": 1}
    assert alice.session
    assert read(signed(claims)).member_session_id == alice.session.member_session_id


def test_it_tells_when_it_was_issued(alice: Finished) -> None:
    """In whole seconds, with a zone: it is compared with the session's own time."""
    assert read(alice.session_jwt).issued_at == NOW.replace(microsecond=0)


def test_a_clock_may_be_some_seconds_behind(alice: Finished) -> None:
    """That of one of several servers; what is further ahead wasn't issued yet."""
    claims = claims_of(alice.session_jwt)
    for name in ("iat", "nbf"):
        assert read(signed(claims | {name: int(time.time()) + 10}))
        ahead = signed(claims | {name: int(time.time()) + 60})
        assert_refused(ahead, 400, "jwt_invalid_claims")


@pytest.mark.parametrize("garbage", ["", "x", "a.b.c", "é.é.é", "....", "eyJhbGciOiJSUzI1NiJ9"])
def test_garbage_is_not_parsed(garbage: str) -> None:
    """QUALITY 62"""
    assert_refused(garbage, 400, "unable_to_parse_session_jwt")


def test_an_unknown_key_is_not_ours(alice: Finished) -> None:
    claims = claims_of(alice.session_jwt)
    assert_refused(signed(claims, kid="jwk-test-other"), 401, "unauthorized_credentials")
    assert_refused(signed(claims, kid=""), 401, "unauthorized_credentials")
    _, private = keys.ring(now=NOW).signing_key
    without = jwt.encode(claims, private, algorithm="RS256")
    assert "kid" not in jwt.get_unverified_header(without)
    assert_refused(without, 401, "unauthorized_credentials")


def test_a_foreign_signature_under_our_kid_is_refused(alice: Finished) -> None:
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = signed(claims_of(alice.session_jwt), key=foreign)
    assert_refused(forged, 401, "unauthorized_credentials")


def test_a_changed_payload_is_refused(alice: Finished) -> None:
    header, _, signature = alice.session_jwt.split(".")
    claims = claims_of(alice.session_jwt) | {"sub": "member-test-other"}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert_refused(f"{header}.{payload}.{signature}", 401, "unauthorized_credentials")


def test_no_other_algorithm_is_believed(alice: Finished) -> None:
    """`none`, and the public key taken for an HMAC secret."""
    claims = claims_of(alice.session_jwt)
    header, payload, _ = signed(claims).split(".")
    kid = keys.ring(now=NOW).signing_key[0]
    for algorithm in ("none", "HS256", "PS256", "RS512"):
        told = json.dumps({"alg": algorithm, "kid": kid, "typ": "JWT"}).encode()
        header = base64.urlsafe_b64encode(told).rstrip(b"=").decode()
        assert_refused(f"{header}.{payload}.", 401, "unauthorized_credentials")
    public = keys.ring(now=NOW).public_key(kid)
    assert public
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with_public = json.dumps({"alg": "HS256", "kid": kid}).encode()
    header = base64.urlsafe_b64encode(with_public).rstrip(b"=").decode()
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = mac.sign(f"{header}.{payload}".encode(), pem)
    encoded = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    assert_refused(f"{header}.{payload}.{encoded}", 401, "unauthorized_credentials")


def test_keys_that_come_along_are_ignored(alice: Finished) -> None:
    """jwk, jku, x5u in the header."""
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(foreign.public_key()))
    forged = signed(
        claims_of(alice.session_jwt), key=foreign, jwk=own, jku="https://evil.example/k", x5u="x"
    )
    assert_refused(forged, 401, "unauthorized_credentials")


@pytest.mark.parametrize(
    ("changes", "error_type"),
    [
        ({"aud": ["project-test-other"]}, "jwt_invalid_audience"),
        ({"iss": "stytch.com/project-test-other"}, "jwt_invalid_issuer"),
        ({"iat": None}, "jwt_invalid_claims"),
        ({"nbf": None}, "jwt_invalid_claims"),
        ({"exp": None}, "jwt_invalid_claims"),
        ({"sub": None}, "jwt_invalid_claims"),
        ({"iss": None}, "jwt_invalid_claims"),
        ({"aud": None}, "jwt_invalid_claims"),
        ({"iat": "soon"}, "jwt_invalid_claims"),
        ({"nbf": 99999999999}, "jwt_invalid_claims"),
        ({"https://stytch.com/session": None}, "jwt_invalid_claims"),
        ({"https://stytch.com/session": {}}, "jwt_invalid_claims"),
        ({"https://stytch.com/session": {"id": 7}}, "jwt_invalid_claims"),
    ],
)
def test_wrong_claims_are_refused(
    alice: Finished, changes: dict[str, Any], error_type: str
) -> None:
    """As from a key that signs other things too: signed by us is not enough."""
    claims = claims_of(alice.session_jwt) | changes
    token = signed({name: value for name, value in claims.items() if value is not None})
    assert_refused(token, 400, error_type)


def test_custom_claims_take_the_place_of_none_of_ours(alice: Finished) -> None:
    """Should they ever get into the row: whoever writes metadata is no issuer of sessions."""
    ours = claims_of(alice.session_jwt)
    forged = dict.fromkeys(ours, "forged") | {"exp": 9_999_999_999, "plan": "gold"}
    MemberSession.objects.update(custom_claims=forged)
    live = sessions.authenticate(session_token=alice.session_token, terms=Terms(), now=NOW)
    assert claims_of(live.session_jwt) == ours | {"plan": "gold"}
