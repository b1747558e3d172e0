"""A code of an organization posted again: the same session, unless that has ended."""

from typing import Any

import pytest
import time_machine

from identity.models import Member, MemberSession
from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/otps/email/login_or_signup"
AUTHENTICATE = "/b2b/otps/email/authenticate"
ADA = "ada@acme.example"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(
        "Acme", email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )


def send(api: Api, organization: dict[str, Any], address: str = ADA) -> str:
    response = api.post(
        SEND, organization_id=organization["organization_id"], email_address=address
    )
    assert response.status_code == 200, response.content
    return post.code(address)


def authenticate(api: Api, organization: dict[str, Any], code: str, **fields: Any) -> Any:
    body = {"organization_id": organization["organization_id"], "email_address": ADA, "code": code}
    return api.post(AUTHENTICATE, **{**body, **fields})


def test_posted_twice_it_is_the_same_session(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 28)"""
    api.member(acme, ADA)
    code = send(api, acme)
    first, again = (authenticate(api, acme, code).json() for _ in range(2))
    assert first["session_token"] == again["session_token"] != ""
    assert MemberSession.objects.count() == 1


def test_posted_twice_with_the_step_it_uses_up(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 28): the intermediate token is gone by the second post, rightly."""
    api.member(acme, ADA)
    api.post("/b2b/otps/email/discovery/send", email_address=ADA)
    step = api.post(
        "/b2b/otps/email/discovery/authenticate", email_address=ADA, code=post.code(ADA)
    ).json()["intermediate_session_token"]
    code = send(api, acme)
    first, again = (
        authenticate(api, acme, code, intermediate_session_token=step).json() for _ in range(2)
    )
    assert first["session_token"] == again["session_token"] != ""


def test_posted_again_after_signing_out_it_is_used(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 40): a late second post does not bring the session back."""
    api.member(acme, ADA)
    code = send(api, acme)
    token = authenticate(api, acme, code).json()["session_token"]
    assert api.post("/b2b/sessions/revoke", session_token=token).status_code == 200
    refused(authenticate(api, acme, code), 401, "unable_to_auth_otp_code")
    assert MemberSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_get_one_session(api: Api, acme: dict[str, Any]) -> None:
    """(QUALITY 28)"""
    api.member(acme, ADA)
    code = send(api, acme)
    answers = post.at_once(lambda: authenticate(api, acme, code))
    assert [each.status_code for each in answers] == [200, 200]
    assert len({each.json()["session_token"] for each in answers}) == 1
    assert MemberSession.objects.count() == 1


def test_what_is_refused_after_the_code_leaves_it_good(api: Api, acme: dict[str, Any]) -> None:
    api.member(acme, ADA)
    code = send(api, acme)
    both = {"session_token": "x" * 44, "intermediate_session_token": "y" * 44}
    refused(authenticate(api, acme, code, **both), 400, "too_many_session_arguments")
    assert authenticate(api, acme, code).status_code == 200


def test_a_deleted_member_s_code_is_dead(api: Api, acme: dict[str, Any]) -> None:
    member = api.member(acme, ADA)
    code = send(api, acme)
    api.delete(f"/b2b/organizations/{acme['organization_id']}/members/{member['member_id']}")
    refused(authenticate(api, acme, code), 404, "otp_code_not_found")


def test_an_expired_code_changes_nothing(api: Api, acme: dict[str, Any]) -> None:
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        code = send(api, acme)
        clock.shift(600)
        refused(authenticate(api, acme, code), 401, "unable_to_auth_otp_code")
    assert Member.objects.get().status == Member.Status.PENDING
