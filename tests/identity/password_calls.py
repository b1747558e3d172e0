"""Passwords as people choose them, and members who have one."""

from typing import Any

from tests.identity import post
from tests.identity.api import Api

ADA = "ada@acme.example"
GOOD = "umber walrus 41 sandwich"
BETTER = "violet otter 73 teapot"
WEAK = "password1"

AUTHENTICATE = "/b2b/passwords/authenticate"
START = "/b2b/passwords/email/reset/start"
RESET = "/b2b/passwords/email/reset"
BY_EXISTING = "/b2b/passwords/existing_password/reset"
BY_SESSION = "/b2b/passwords/session/reset"


def start(api: Api, organization: dict[str, Any], address: str = ADA, **fields: Any) -> str:
    """The token of the mailed link."""
    body = {"organization_id": organization["organization_id"], "email_address": address}
    response = api.post(START, **body, **fields)
    assert response.status_code == 200, response.content
    return post.token(address)


def reset(api: Api, token: str, password: str = GOOD, **fields: Any) -> Any:
    return api.post(RESET, password_reset_token=token, password=password, **fields)


def with_password(
    api: Api, organization: dict[str, Any], address: str = ADA, password: str = GOOD
) -> dict[str, Any]:
    """What the reset answered, of a member who is there or comes to be."""
    response = reset(api, start(api, organization, address), password)
    assert response.status_code == 200, response.content
    return dict(response.json())


def authenticate(
    api: Api, organization: dict[str, Any], password: str = GOOD, **fields: Any
) -> Any:
    body = {"organization_id": organization["organization_id"], "email_address": ADA}
    return api.post(AUTHENTICATE, **{**body, "password": password, **fields})


def by_existing(
    api: Api, organization: dict[str, Any], existing: str = GOOD, new: str = BETTER, **fields: Any
) -> Any:
    body = {"organization_id": organization["organization_id"], "email_address": ADA}
    passwords = {"existing_password": existing, "new_password": new}
    return api.post(BY_EXISTING, **{**body, **passwords, **fields})


def by_session(
    api: Api, organization: dict[str, Any], session_token: str, password: str = BETTER
) -> Any:
    return api.post(
        BY_SESSION,
        organization_id=organization["organization_id"],
        session_token=session_token,
        password=password,
    )


def is_alive(api: Api, session_token: str) -> bool:
    response = api.post("/b2b/sessions/authenticate", session_token=session_token)
    return bool(response.status_code == 200)
