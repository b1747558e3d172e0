"""The key set where other services look for it, so that they can verify a session's JWT."""

from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from identity import keys
from tests.signing_in import MEMBER, sign_in

WELL_KNOWN = "/.well-known/jwks.json"


@pytest.fixture
def signed_in(demo: None) -> Client:
    client = Client()
    sign_in(client, MEMBER)
    return client


def published(client: Client) -> dict[str, Any]:
    answer = client.get(WELL_KNOWN)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert not answer.cookies
    return dict(answer.json())


def test_a_stranger_verifies_a_sessions_jwt_by_what_is_published(signed_in: Client) -> None:
    token = signed_in.cookies[settings.COOKIE_NAMES["jwt"]].value
    ring = jwt.PyJWKSet.from_dict(published(Client()))
    key = ring[jwt.get_unverified_header(token)["kid"]]
    read = jwt.decode(token, key, algorithms=["RS256"], audience=settings.IDENTITY_PROJECT_ID)
    assert read["sub"].startswith("member-")


def test_it_is_the_set_at_the_contracts_address(signed_in: Client) -> None:
    path = f"/v1/b2b/sessions/jwks/{settings.IDENTITY_PROJECT_ID}"
    assert published(signed_in)["keys"] == signed_in.get(path).json()["keys"]


def test_a_new_key_is_published_at_once(signed_in: Client) -> None:
    before = published(signed_in)["keys"]
    keys.rotate(now=timezone.now())
    assert len(published(signed_in)["keys"]) == len(before) + 1


def test_nobody_writes_there(db: None) -> None:
    assert Client().post(WELL_KNOWN).status_code == 405


def test_other_well_known_addresses_are_not_ours(db: None) -> None:
    assert Client().get("/.well-known/change-password").status_code == 404
