"""What ends when a password is set through a mailed link: the link, and what was before."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from identity.models import IntermediateSession, MemberSession, Password
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.password_calls import (
    ADA,
    BETTER,
    GOOD,
    START,
    authenticate,
    is_alive,
    reset,
    start,
    with_password,
)

DEAD = (401, "unable_to_auth_password_reset_token")


@pytest.fixture
def acme(api: Api, settings: Settings) -> dict[str, Any]:
    settings.PUBLIC_URL = "https://app.example"
    return api.organization(
        "Acme", email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )


@pytest.fixture
def ada(api: Api, acme: dict[str, Any]) -> dict[str, Any]:
    return api.member(acme, ADA)


def ask(api: Api, organization: dict[str, Any], address: str = ADA, **fields: Any) -> Any:
    body = {"organization_id": organization["organization_id"], "email_address": address}
    return api.post(START, **{**body, **fields})


def test_a_link_is_good_once(api: Api, acme: dict[str, Any], ada: dict[str, Any]) -> None:
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        token = start(api, acme)
        first, again = reset(api, token).json(), reset(api, token).json()
        refused(reset(api, token, BETTER), *DEAD)
        clock.shift(11)
        refused(reset(api, token), *DEAD)
    assert first["session_token"] == again["session_token"]
    assert Password.objects.count() == MemberSession.objects.count() == 1
    changed = [each for each in mail.outbox if each.subject.startswith("Your password was")]
    assert len(changed) == 1


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_set_one_password(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 28)"""
    token = start(api, acme)
    answers = post.at_once(lambda: reset(api, token))
    assert [each.status_code for each in answers] == [200, 200]
    assert len({each.json()["session_token"] for each in answers}) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_links_at_once_one_is_good(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """Each ends the other; neither waits for the other for ever."""
    tokens = [start(api, acme), start(api, acme)]
    answers = post.at_once(lambda: reset(api, tokens.pop()))
    assert sorted(each.status_code for each in answers) == [200, 401]
    assert MemberSession.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize(("minutes", "lifetime"), [(None, 30), (5, 5), (10_080, 10_080)])
def test_a_link_ends_with_its_lifetime(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], minutes: int | None, lifetime: int
) -> None:
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        fields = {} if minutes is None else {"reset_password_expiration_minutes": minutes}
        token = start(api, acme, **fields)
        clock.shift(timedelta(minutes=lifetime))
        refused(reset(api, token), *DEAD)
        clock.shift(-1)
        assert reset(api, token).status_code == 200


@pytest.mark.parametrize("minutes", [0, 4, 10_081])
def test_lifetimes_are_five_minutes_to_a_week(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], minutes: int
) -> None:
    response = ask(api, acme, reset_password_expiration_minutes=minutes)
    refused(response, 400, "invalid_expiration")


def test_links_open_their_own_flow_only(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 26)"""
    token = start(api, acme)
    response = api.post("/b2b/magic_links/authenticate", magic_links_token=token)
    refused(response, 404, "magic_link_not_found")
    body = {"organization_id": acme["organization_id"], "email_address": ADA}
    api.post("/b2b/magic_links/email/login_or_signup", **body)
    refused(reset(api, post.token(ADA)), *DEAD)


def test_every_session_and_step_and_link_of_before_ends(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """CONTRACT 6.4, (QUALITY 43)"""
    before = with_password(api, acme)["session_token"]
    api.put(f"/b2b/organizations/{acme['organization_id']}", mfa_policy="REQUIRED_FOR_ALL")
    assert authenticate(api, acme).json()["intermediate_session_token"]
    api.put(f"/b2b/organizations/{acme['organization_id']}", mfa_policy="OPTIONAL")
    other, token = start(api, acme), start(api, acme)
    after = reset(api, token, BETTER).json()["session_token"]
    assert (is_alive(api, before), is_alive(api, after)) == (False, True)
    assert not IntermediateSession.objects.filter(consumed_at=None).exists()
    refused(reset(api, other), *DEAD)
    refused(authenticate(api, acme), 401, "unauthorized_credentials")
    assert authenticate(api, acme, BETTER).status_code == 200


def test_sessions_end_even_when_more_is_to_be_proven(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    before = with_password(api, acme)["session_token"]
    api.put(f"/b2b/organizations/{acme['organization_id']}", mfa_policy="REQUIRED_FOR_ALL")
    body = reset(api, start(api, acme), BETTER).json()
    assert (body["member_authenticated"], body["session_token"]) == (False, "")
    assert body["mfa_required"] is not None
    assert body["intermediate_session_token"]
    assert not is_alive(api, before)
    step = api.post(
        "/b2b/discovery/organizations",
        intermediate_session_token=body["intermediate_session_token"],
    )
    refused(step, 400, "invalid_intermediate_session_token_for_organization")


def test_the_members_own_session_goes_on_with_a_new_token(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 31)"""
    before = with_password(api, acme)
    token = start(api, acme)
    after = reset(api, token, BETTER, session_token=before["session_token"]).json()
    assert not is_alive(api, before["session_token"])
    assert is_alive(api, after["session_token"])


def test_somebody_elses_session_is_left_alone(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    bob = with_password(api, acme, "bob@acme.example")["session_token"]
    body = reset(api, start(api, acme), session_token=bob).json()
    assert body["member_id"] == ada["member_id"]
    assert is_alive(api, bob)


def test_the_member_is_told(api: Api, acme: dict[str, Any], ada: dict[str, Any]) -> None:
    """(QUALITY 34)"""
    with_password(api, acme)
    assert post.newest(ADA).subject == "Your password was changed at “Acme”"
    assert GOOD not in str(post.newest(ADA).body)


def test_a_deleted_members_link_is_dead(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    token = start(api, acme)
    api.delete(f"/b2b/organizations/{acme['organization_id']}/members/{ada['member_id']}")
    refused(reset(api, token), *DEAD)
