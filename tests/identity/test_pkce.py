"""PKCE: a link is good only with the verifier of who asked for it (CONTRACT 8.5)."""

import base64
import hashlib
from typing import Any

import pytest
from pytest_django import Settings

from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/magic_links/email/discovery/send"
DISCOVER = "/b2b/magic_links/discovery/authenticate"
SEND_INSIDE = "/b2b/magic_links/email/login_or_signup"
AUTHENTICATE = "/b2b/magic_links/authenticate"
ADA = "ada@acme.example"
VERIFIER = "a-verifier-of-at-least-forty-three-characters~"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


@pytest.fixture(autouse=True)
def _landing(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://app.example"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(
        "Acme", email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )


def send(api: Api, **fields: Any) -> str:
    response = api.post(SEND, **{"email_address": ADA, **fields})
    assert response.status_code == 200, response.content
    return post.token(ADA)


def send_inside(api: Api, organization: dict[str, Any], **fields: Any) -> str:
    body = {"organization_id": organization["organization_id"], "email_address": ADA}
    response = api.post(SEND_INSIDE, **{**body, **fields})
    assert response.status_code == 200, response.content
    return post.token(ADA)


def discover(api: Api, token: str, **fields: Any) -> Any:
    return api.post(DISCOVER, discovery_magic_links_token=token, **fields)


def authenticate(api: Api, token: str, **fields: Any) -> Any:
    return api.post(AUTHENTICATE, magic_links_token=token, **fields)


def test_pkce_ties_a_link_to_who_asked_for_it(api: Api) -> None:
    """(CONTRACT 8.5); a failed try does not use the link up."""
    token = send(api, pkce_code_challenge=CHALLENGE)
    refused(discover(api, token), 400, "pkce_expected_code_verifier")
    other = VERIFIER.replace("a", "b")
    refused(discover(api, token, pkce_code_verifier=other), 400, "pkce_mismatch")
    assert discover(api, token, pkce_code_verifier=VERIFIER).status_code == 200
    refused(discover(api, token), 400, "pkce_expected_code_verifier")


def test_pkce_works_inside_an_organization(api: Api, acme: dict[str, Any]) -> None:
    token = send_inside(api, acme, pkce_code_challenge=CHALLENGE)
    refused(authenticate(api, token), 400, "pkce_expected_code_verifier")
    assert authenticate(api, token, pkce_code_verifier=VERIFIER).status_code == 200


def test_a_verifier_nobody_asked_for_is_refused(api: Api) -> None:
    response = discover(api, send(api), pkce_code_verifier=VERIFIER)
    refused(response, 400, "pkce_did_not_expect_code_verifier")


@pytest.mark.parametrize("challenge", ["short", "x" * 44, CHALLENGE + "=", "ä" * 43])
def test_a_challenge_has_the_form_of_a_sha256(api: Api, challenge: str) -> None:
    response = api.post(SEND, email_address=ADA, pkce_code_challenge=challenge)
    refused(response, 400, "invalid_pkce_code_challenge")


def test_a_verifier_is_long_and_plain(api: Api) -> None:
    refused(discover(api, "x", pkce_code_verifier="short"), 400, "invalid_pkce_code_verifier")
