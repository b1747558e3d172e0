"""Ten wrong passwords in a row lock that door, whoever is or isn't behind it (CONTRACT 8.3)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from identity.models import AuditEvent, PasswordDoor
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.backends import Unreachable
from tests.identity.password_calls import (
    ADA,
    BETTER,
    GOOD,
    authenticate,
    by_existing,
    is_alive,
    reset,
    start,
    with_password,
)

NOBODY = "nobody@acme.example"


@pytest.fixture
def acme(api: Api, settings: Settings) -> dict[str, Any]:
    settings.PUBLIC_URL = "https://app.example"
    return api.organization()


@pytest.fixture
def ada(api: Api, acme: dict[str, Any]) -> dict[str, Any]:
    api.member(acme, ADA)
    return with_password(api, acme)


def fail(api: Api, acme: dict[str, Any], times: int, address: str = ADA) -> None:
    for _ in range(times):
        response = authenticate(api, acme, BETTER, email_address=address)
        refused(response, 401, "unauthorized_credentials")


def locked(response: Any) -> int:
    """How many seconds it says to wait."""
    refused(response, 429, "user_lock_limit_reached")
    return int(response["Retry-After"])


@pytest.mark.parametrize("address", [ADA, NOBODY])
def test_the_tenth_failure_locks_for_an_hour(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], address: str
) -> None:
    """(QUALITY 24, 25): the same, whether anybody is there or not."""
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        fail(api, acme, 10, address)
        for password in (GOOD, BETTER):
            assert locked(authenticate(api, acme, password, email_address=address)) == 3600
        clock.shift(timedelta(minutes=59, seconds=59))
        assert locked(authenticate(api, acme, email_address=address)) == 1
        clock.shift(1)
        fail(api, acme, 9, address)
        assert authenticate(api, acme).status_code == 200


def test_number_and_length_are_settings(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], settings: Settings
) -> None:
    settings.MEMBER_LOCK_FAILURES, settings.MEMBER_LOCK_MINUTES = 2, 5
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False):
        fail(api, acme, 2)
        assert locked(authenticate(api, acme)) == 300
    assert "2 wrong passwords in a row" in str(post.newest(ADA).body)
    assert "for 5 minutes" in str(post.newest(ADA).body)


def test_the_member_is_told_by_mail_and_is_not_locked(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 34)"""
    path = f"/b2b/organizations/{acme['organization_id']}/member"
    mail.outbox.clear()
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False):
        fail(api, acme, 9)
        assert not mail.outbox
        fail(api, acme, 1)
        assert api.get(path, email_address=ADA).json()["member"]["is_locked"] is False
    (message,) = mail.outbox
    assert message.to == [ADA]
    assert message.subject == "Your password is locked for 1 hour at “Acme”"
    assert AuditEvent.objects.filter(action="password.lock").count() == 1


def test_the_member_shows_a_lock_behind_a_proof(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    path = f"/b2b/organizations/{acme['organization_id']}/member"
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        token = with_password(api, acme)["session_token"]
        for _ in range(10):
            authenticate(api, acme, BETTER, session_token=token)
        shown = api.get(path, email_address=ADA).json()["member"]
        assert shown["is_locked"] is True
        assert shown["lock_created_at"] == "2026-05-01T12:00:00Z"
        assert shown["lock_expires_at"] == "2026-05-01T13:00:00Z"
        clock.shift(timedelta(hours=1))
        assert api.get(path, email_address=ADA).json()["member"]["is_locked"] is False
    assert "second step is locked for 1 hour" in post.newest(ADA).subject


def test_nobody_is_told_of_a_stranger_and_no_address_is_kept(
    api: Api, acme: dict[str, Any]
) -> None:
    fail(api, acme, 10, NOBODY)
    assert not mail.outbox
    assert NOBODY not in str(list(PasswordDoor.objects.values()))


def test_success_forgets_the_failures_before_it(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    fail(api, acme, 9)
    assert authenticate(api, acme).status_code == 200
    fail(api, acme, 9)
    assert authenticate(api, acme).status_code == 200


def test_a_lock_is_the_members_and_nobody_elses(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    globex = api.organization("Globex")
    api.member(globex, ADA)
    with_password(api, globex)
    fail(api, acme, 10)
    locked(authenticate(api, acme))
    assert authenticate(api, globex).status_code == 200


def test_the_old_password_is_guessed_in_no_other_way(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    fail(api, acme, 9)
    refused(by_existing(api, acme, BETTER, BETTER), 401, "unauthorized_credentials")
    locked(by_existing(api, acme))
    locked(authenticate(api, acme))


def test_what_is_no_guess_does_not_count(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    fail(api, acme, 9)
    response = authenticate(api, acme, BETTER, session_token="x" * 44)
    refused(response, 404, "session_not_found")
    refused(by_existing(api, acme, new="password1"), 400, "weak_password")
    assert PasswordDoor.objects.get().failed_attempts == 9


def test_a_lock_ends_no_session_and_a_mailed_link_passes_it(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """A stranger who types wrong passwords must not keep the owner of the mailbox out."""
    fail(api, acme, 10)
    assert is_alive(api, ada["session_token"])
    assert reset(api, start(api, acme), BETTER).json()["member_authenticated"] is True
    assert authenticate(api, acme, BETTER).status_code == 200


def test_a_mailed_link_with_more_to_prove_lifts_no_lock(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    api.put(f"/b2b/organizations/{acme['organization_id']}", mfa_policy="REQUIRED_FOR_ALL")
    fail(api, acme, 10)
    assert reset(api, start(api, acme), BETTER).json()["member_authenticated"] is False
    locked(authenticate(api, acme, BETTER))


def test_a_mail_server_that_is_down_unlocks_nobody(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"{Unreachable.__module__}.{Unreachable.__qualname__}"
    fail(api, acme, 10)
    locked(authenticate(api, acme))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", [ADA, NOBODY])
def test_guesses_made_at_once_are_all_counted(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], address: str
) -> None:
    """The counter outlives the refusal, and no guess slips in beside another."""
    fail(api, acme, 8, address)
    calls = post.at_once(lambda: authenticate(api, acme, BETTER, email_address=address), times=4)
    assert sorted(each.status_code for each in calls) == [401, 401, 429, 429]
    locked(authenticate(api, acme, email_address=address))
