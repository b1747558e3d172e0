"""Invitations: who becomes what, what the mail says, and how it ends."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from identity.models import MagicLink, Member
from tests.identity import post
from tests.identity.api import Api, refused

INVITE = "/b2b/magic_links/email/invite"
AUTHENTICATE = "/b2b/magic_links/authenticate"
ADA = "ada@acme.example"
INES = "ines@acme.example"


@pytest.fixture(autouse=True)
def _landing(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://app.example"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization("Acme")


def invite(api: Api, organization: dict[str, Any], address: str = INES, **fields: Any) -> Any:
    body = {"organization_id": organization["organization_id"], "email_address": address}
    return api.post(INVITE, **body, **fields)


def test_an_invited_person_becomes_a_member_by_the_link(api: Api, acme: dict[str, Any]) -> None:
    ada = api.member(acme, ADA, name="Ada")
    body = invite(
        api,
        acme,
        name="Ines",
        roles=["stytch_admin"],
        trusted_metadata={"seat": 7},
        invited_by_member_id=ada["member_id"],
    ).json()
    member = body["member"]
    assert (member["status"], member["name"], member["is_admin"]) == ("invited", "Ines", True)
    assert member["trusted_metadata"] == {"seat": 7}
    assert post.newest(INES).subject == "“Ada” invited you to “Acme”"
    answer = api.post(AUTHENTICATE, magic_links_token=post.token(INES)).json()
    assert answer["member_authenticated"] is True
    assert (answer["member"]["status"], answer["member_id"]) == ("active", member["member_id"])


def test_without_an_inviter_the_mail_names_the_organization(api: Api, acme: dict[str, Any]) -> None:
    invite(api, acme)
    assert post.newest(INES).subject == "You are invited to “Acme”"


def test_an_invite_is_good_for_a_week(api: Api, acme: dict[str, Any]) -> None:
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        invite(api, acme)
        assert "1 week" in str(post.newest(INES).body)
        clock.shift(timedelta(days=7))
        response = api.post(AUTHENTICATE, magic_links_token=post.token(INES))
        refused(response, 401, "unable_to_auth_magic_link")


@pytest.mark.parametrize("minutes", [4, 10_081])
def test_an_invite_lives_five_minutes_to_a_week(
    api: Api, acme: dict[str, Any], minutes: int
) -> None:
    refused(invite(api, acme, invite_expiration_minutes=minutes), 400, "invalid_expiration")


def test_a_member_can_not_be_invited(api: Api, acme: dict[str, Any]) -> None:
    api.member(acme, INES)
    refused(invite(api, acme), 400, "duplicate_member_email")
    assert not mail.outbox


def test_inviting_again_mails_again_and_keeps_what_was_not_said(
    api: Api, acme: dict[str, Any]
) -> None:
    first = invite(api, acme, name="Ines").json()["member"]
    again = invite(api, acme).json()["member"]
    assert (again["member_id"], again["name"]) == (first["member_id"], "Ines")
    assert len(mail.outbox) == 2


def test_an_unknown_inviter_is_refused(api: Api, acme: dict[str, Any]) -> None:
    elsewhere = api.member(api.organization("Globex"), ADA)["member_id"]
    refused(invite(api, acme, invited_by_member_id=elsewhere), 404, "member_not_found")
    assert not Member.objects.filter(email_address=INES).exists()


def test_removing_the_member_revokes_the_invite(api: Api, acme: dict[str, Any]) -> None:
    """(CONTRACT 2.3)"""
    member = invite(api, acme).json()["member"]
    token = post.token(INES)
    api.delete(f"/b2b/organizations/{acme['organization_id']}/members/{member['member_id']}")
    refused(api.post(AUTHENTICATE, magic_links_token=token), 404, "magic_link_not_found")


def test_a_name_cannot_add_headers_or_markup(api: Api) -> None:
    evil = api.organization('Acme\r\nBcc: eve <b onclick="x">')
    assert invite(api, evil).status_code == 200
    message = post.newest(INES)
    assert message.subject.splitlines() == [message.subject]
    assert message.recipients() == [INES]
    assert "\nBcc:" not in message.message().as_string()
    ((html, _kind),) = message.alternatives
    assert "<b onclick" not in str(html)


def test_a_mail_that_is_not_taken_leaves_everything_as_it_was(
    api: Api, acme: dict[str, Any], settings: Settings
) -> None:
    pending = api.member(acme, "pat@acme.example", name="Pat", create_member_as_pending=True)
    settings.EMAIL_BACKEND = "tests.identity.backends.Unreachable"
    refused(invite(api, acme), 500, "internal_server_error")
    refused(invite(api, acme, "pat@acme.example", name="Changed"), 500, "internal_server_error")
    kept = Member.objects.get()
    assert (kept.member_id, kept.status, kept.name) == (pending["member_id"], "pending", "Pat")
    assert not MagicLink.objects.exists()


def test_a_member_who_is_no_admin_can_not_invite(api: Api, acme: dict[str, Any]) -> None:
    api.member(acme, ADA)
    body = {"organization_id": acme["organization_id"], "email_address": ADA}
    api.post("/b2b/otps/email/login_or_signup", **body)
    answer = api.post("/b2b/otps/email/authenticate", **body, code=post.code(ADA)).json()
    response = api.call(
        "POST",
        INVITE,
        {**body, "email_address": INES},
        headers={"X-Stytch-Member-Session": answer["session_token"]},
    )
    refused(response, 403, "session_authorization_error")
    assert not Member.objects.filter(email_address=INES).exists()
