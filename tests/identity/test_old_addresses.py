"""What was mailed to an address that a member no longer has opens nothing any more."""

from typing import Any

import pytest
from pytest_django import Settings

from tests.identity import post
from tests.identity.api import Api, refused

OLD, NEW = "old@acme.example", "new@acme.example"
SEND_CODE, CODE = "/b2b/otps/email/login_or_signup", "/b2b/otps/email/authenticate"
SEND_LINK, LINK = "/b2b/magic_links/email/login_or_signup", "/b2b/magic_links/authenticate"


@pytest.fixture(autouse=True)
def _redirects(settings: Settings) -> None:
    settings.REDIRECT_URLS = ["https://app.example/authenticate"]


@pytest.fixture
def member(api: Api) -> dict[str, Any]:
    return api.member(api.organization("Acme"), OLD)


def move(api: Api, member: dict[str, Any], **how: Any) -> None:
    path = f"/b2b/organizations/{member['organization_id']}/members/{member['member_id']}"
    assert api.put(path, email_address=NEW, **how).status_code == 200


@pytest.mark.parametrize("how", [{}, {"unlink_email": True}])
def test_a_code_sent_before_the_change(api: Api, member: dict[str, Any], how: Any) -> None:
    """Whoever reads that mailbox may be the very reason for the change."""
    inside = {"organization_id": member["organization_id"]}
    api.post(SEND_CODE, **inside, email_address=OLD)
    code = post.code(OLD)
    move(api, member, **how)
    for address in (OLD, NEW):
        answer = api.post(CODE, **inside, email_address=address, code=code)
        assert answer.status_code == 404
        assert "session_token" not in answer.json()


@pytest.mark.parametrize("how", [{}, {"unlink_email": True}])
def test_a_link_sent_before_the_change(api: Api, member: dict[str, Any], how: Any) -> None:
    api.post(SEND_LINK, organization_id=member["organization_id"], email_address=OLD)
    link = post.token(OLD)
    move(api, member, **how)
    refused(api.post(LINK, magic_links_token=link), 404, "magic_link_not_found")


def test_an_invitation_sent_before_the_change(api: Api) -> None:
    organization = api.organization("Acme")
    inside = {"organization_id": organization["organization_id"]}
    api.post("/b2b/magic_links/email/invite", **inside, email_address=OLD)
    link = post.token(OLD)
    found = api.get(f"/b2b/organizations/{inside['organization_id']}/member", email_address=OLD)
    move(api, found.json()["member"])
    refused(api.post(LINK, magic_links_token=link), 404, "magic_link_not_found")


def test_a_code_sent_after_the_change_goes_to_the_new_address(
    api: Api, member: dict[str, Any]
) -> None:
    move(api, member)
    inside = {"organization_id": member["organization_id"], "email_address": NEW}
    api.post(SEND_CODE, **inside)
    answer = api.post(CODE, **inside, code=post.code(NEW))
    assert answer.json()["member_id"] == member["member_id"]
