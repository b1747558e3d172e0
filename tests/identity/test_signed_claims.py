"""What a hostile provider can write into a token or a key set is refused, and nothing fails."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest

from identity import published_keys, signed_claims
from identity.provider_http import ProviderFailed
from tests.identity import idp


def part(written: str) -> str:
    return urlsafe_b64encode(written.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


DEEP = "[" * 20_000 + "]" * 20_000
NESTED = f'{{"alg":{DEEP}}}'
HEADER = part('{"alg":"RS256"}')


@pytest.mark.parametrize(
    "token",
    [
        "\ud800.e30.AA", "e30.\udfff.AA", "e30.e30.\ud83d", f"{HEADER}.\ud800.AA", "é.e30.AA", "",
        f"{part(DEEP)}.e30.AA", f"{part(NESTED)}.e30.AA",
        f'{part("9" * 5000)}.e30.AA', f'{part(chr(34) + chr(0xD800) + chr(34))}.e30.AA',
        f'{part(json.dumps({"alg": ["RS256"]}))}.e30.AA', f'{part(json.dumps({"alg": {}}))}.e30.AA',
        f'{part(json.dumps({"alg": "RS256", "kid": [1]}))}.e30.AA',
        f'{part(json.dumps({"alg": "RS256", "crit": 1}))}.e30.AA',
        f'{part(json.dumps({"alg": "RS256", "b64": False, "crit": ["b64"]}))}.e30.AA',
    ],
)  # fmt: skip
def test_a_token_of_any_shape_is_refused(token: str) -> None:
    """A string of JSON may hold half an emoji, which no encoding takes."""
    with pytest.raises(ProviderFailed):
        read(token)


@pytest.mark.parametrize(
    "claims",
    [
        '{"exp":1e999,"iat":1,"iss":"i","aud":"us","sub":"s"}',
        '{"exp":9999999999,"iat":1e999,"iss":"i","aud":"us","sub":"s"}',
        '{"exp":9999999999,"nbf":1e999,"iat":1,"iss":"i","aud":"us","sub":"s"}',
        '{"exp":NaN,"iat":1,"iss":"i","aud":"us","sub":"s"}',
        '{"exp":[],"iat":1,"iss":"i","aud":"us","sub":"s"}',
        '{"exp":9999999999,"iat":{},"iss":"i","aud":"us","sub":"s"}',
        DEEP,
        '{"exp":' + "9" * 5000 + "}",
        "7",
    ],
)
def test_claims_of_any_shape_are_refused(claims: str) -> None:
    """Rightly signed, by the provider's own key."""
    signed = jwt.api_jws.encode(claims.encode(), idp.KEY, algorithm="RS256")
    with pytest.raises(ProviderFailed):
        read(signed)


def read(token: str) -> dict[str, Any]:
    published = {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(idp.KEY.public_key()))]}
    return signed_claims.verified(token, published=published, algorithms=("RS256",), audience="us")


def test_of_a_huge_key_set_few_keys_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mebibyte holds 22,000 of no use: making them all took seconds."""
    made: list[object] = []

    def count(key: object, algorithm: str) -> None:
        made.append(key)
        raise jwt.PyJWKError("of no use")

    monkeypatch.setattr(published_keys.jwt, "PyJWK", count)
    keys = [{"kty": "RSA", "n": f"tiny{each}", "e": "Aw"} for each in range(22_000)]
    assert not published_keys.candidates({"keys": keys}, algorithm="RS256")
    assert 0 < len(made) <= published_keys.TRIED


def test_a_key_that_its_kid_names_is_found_behind_many_others() -> None:
    own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(idp.KEY.public_key()))
    others = [{"kty": "RSA", "n": "tiny", "e": "Aw", "kid": f"{each}"} for each in range(200)]
    published = {"keys": [*others, {**own, "kid": "the one"}]}
    assert len(published_keys.candidates(published, algorithm="RS256", kid="the one")) == 1
