"""Signing in by password: who gets in, and that nobody else learns anything."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from identity import password_hash
from identity.models import AuditEvent, Member, Password
from identity.operations import kept_passwords
from tests.identity.api import Api, refused
from tests.identity.password_calls import (
    ADA,
    AUTHENTICATE,
    BETTER,
    GOOD,
    authenticate,
    with_password,
)


@pytest.fixture
def acme(api: Api, settings: Settings) -> dict[str, Any]:
    settings.PUBLIC_URL = "https://app.example"
    return api.organization()


@pytest.fixture
def ada(api: Api, acme: dict[str, Any]) -> dict[str, Any]:
    api.member(acme, ADA)
    return dict(with_password(api, acme)["member"])


def test_a_member_signs_in(api: Api, acme: dict[str, Any], ada: dict[str, Any]) -> None:
    body = authenticate(api, acme, session_duration_minutes=30).json()
    assert (body["member_authenticated"], body["member_id"]) == (True, ada["member_id"])
    assert body["organization_id"] == acme["organization_id"]
    assert body["member"]["member_password_id"].startswith("member-password-test-")
    assert body["session_token"]
    assert body["session_jwt"]
    (factor,) = body["member_session"]["authentication_factors"]
    assert (factor["type"], factor["delivery_method"]) == ("password", "knowledge")
    assert not [name for name in factor if name.endswith("_factor")]


def test_the_database_holds_an_argon2id_hash(api: Api, ada: dict[str, Any]) -> None:
    """(QUALITY 7)"""
    assert Password.objects.get().hashed.startswith("$argon2id$v=19$")
    assert GOOD not in str(Password.objects.values().get())


def test_the_same_password_in_another_spelling_is_the_same(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """NFKC: wide signs and a ligature, as another keyboard may write them."""
    assert authenticate(api, acme, GOOD.replace("41", "４１")).status_code == 200


def test_a_wrong_password_none_and_nobody_are_one_answer(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 24)"""
    api.member(acme, "bare@acme.example")
    bodies = []
    for address in (ADA, "bare@acme.example", "nobody@acme.example"):
        response = authenticate(api, acme, BETTER, email_address=address)
        body = refused(response, 401, "unauthorized_credentials")
        bodies.append({**body, "request_id": ""})
    assert bodies[0] == bodies[1] == bodies[2]


@pytest.mark.parametrize("address", [ADA, "bare@acme.example", "nobody@acme.example"])
def test_one_hash_is_verified_whoever_it_is(
    api: Api,
    acme: dict[str, Any],
    ada: dict[str, Any],
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """(QUALITY 24): the hash is nearly all the time there is."""
    api.member(acme, "bare@acme.example")
    verify, costs = password_hash.PasswordHasher.verify, []

    def counted(hasher: Any, hashed: str, password: str) -> bool:
        costs.append(hashed.split("$")[:4])
        return bool(verify(hasher, hashed, password))

    monkeypatch.setattr(password_hash.PasswordHasher, "verify", counted)
    authenticate(api, acme, BETTER, email_address=address)
    assert costs == [["", "argon2id", "v=19", "m=64,t=1,p=4"]]


def test_a_stranger_takes_the_same_statements(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 24): time follows work, the first time an address is tried and the next."""
    api.member(acme, "bare@acme.example")
    authenticate(api, acme, BETTER, email_address="first@acme.example")  # opens the client's window
    statements = []
    for address in (ADA, "bare@acme.example", "nobody@acme.example") * 2:
        with CaptureQueriesContext(connection) as queries:
            authenticate(api, acme, BETTER, email_address=address)
        statements.append([each["sql"].split()[0] for each in queries])
    assert statements[0] == statements[1] == statements[2]
    assert statements[3] == statements[4] == statements[5]


def test_a_password_is_good_in_its_own_organization_only(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    globex = api.organization("Globex")
    api.member(globex, ADA)
    refused(authenticate(api, globex), 401, "unauthorized_credentials")


def test_a_deleted_member_is_a_stranger(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    api.delete(f"/b2b/organizations/{acme['organization_id']}/members/{ada['member_id']}")
    refused(authenticate(api, acme), 401, "unauthorized_credentials")


def test_a_new_address_takes_the_password_away(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    path = f"/b2b/organizations/{acme['organization_id']}/members/{ada['member_id']}"
    changed = api.put(path, email_address="new@acme.example").json()["member"]
    assert changed["member_password_id"] == ""
    assert not Password.objects.exists()
    response = authenticate(api, acme, email_address="new@acme.example")
    refused(response, 401, "unauthorized_credentials")


def test_a_removed_password_is_gone(api: Api, acme: dict[str, Any], ada: dict[str, Any]) -> None:
    path = f"/b2b/organizations/{acme['organization_id']}/members/passwords"
    answer = api.delete(f"{path}/{ada['member_password_id']}").json()
    assert answer["member"]["member_password_id"] == ""
    assert not Password.objects.exists()
    refused(authenticate(api, acme), 401, "unauthorized_credentials")
    response = api.delete(f"{path}/{ada['member_password_id']}")
    refused(response, 404, "member_password_not_found")


def test_a_hash_of_other_settings_is_made_anew(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], settings: Settings
) -> None:
    before = Password.objects.get().hashed
    settings.PASSWORD_HASH_PASSES = 2
    assert authenticate(api, acme).status_code == 200
    after = Password.objects.get().hashed
    assert (",t=1," in before, ",t=2," in after) == (True, True)
    assert authenticate(api, acme).status_code == 200
    assert Password.objects.get().hashed == after


def test_a_change_in_the_same_moment_is_not_undone_by_hashing_anew(
    ada: dict[str, Any], settings: Settings
) -> None:
    member = Member.objects.get(pk=ada["member_id"])
    found, changed = kept_passwords.of(member), password_hash.made(BETTER)
    Password.objects.update(hashed=changed)
    settings.PASSWORD_HASH_PASSES = 2
    kept_passwords.renewed(member, password=GOOD, hashed=found)
    assert Password.objects.get().hashed == changed


@pytest.mark.parametrize("password", ["x" * 1025, "é" * 513, "ﷺ" * 100])
def test_no_more_than_a_kilobyte_is_hashed(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], password: str
) -> None:
    """Counted in bytes, after the spelling: one sign of Arabic can become eighteen."""
    for address in (ADA, "nobody@acme.example"):
        response = authenticate(api, acme, password, email_address=address)
        body = refused(response, 400, "bad_request")
        assert password not in str(body)


def test_every_end_is_in_the_audit_log(api: Api, acme: dict[str, Any], ada: dict[str, Any]) -> None:
    """(QUALITY 67)"""
    authenticate(api, acme, BETTER)
    authenticate(api, acme)
    events = AuditEvent.objects.filter(action="password.authenticate", member_id=ada["member_id"])
    assert {event.outcome for event in events} == {"success", "unauthorized_credentials"}
    assert GOOD not in str(list(AuditEvent.objects.values()))


def test_guesses_are_limited_for_known_and_unknown_alike(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], settings: Settings
) -> None:
    """(QUALITY 25) By the door to each address, be there a member behind it or not."""
    settings.MEMBER_LOCK_FAILURES = 2
    for address in (ADA, "nobody@acme.example"):
        for _ in range(2):
            response = authenticate(api, acme, BETTER, email_address=address)
            refused(response, 401, "unauthorized_credentials")
        response = authenticate(api, acme, BETTER, email_address=address)
        refused(response, 429, "user_lock_limit_reached")


def test_one_client_guesses_at_only_so_many_passwords(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], settings: Settings
) -> None:
    """Whoever's they are; another client goes on."""
    settings.GUESSES_PER_CLIENT = 1
    for name in ("one", "two", "three", "four", "five"):
        refused(guess(api, acme, f"{name}@acme.example"), 401, "unauthorized_credentials")
    refused(guess(api, acme, ADA), 429, "too_many_requests")
    refused(guess(api, acme, ADA, client="9.9.9.9"), 401, "unauthorized_credentials")


def guess(api: Api, acme: dict[str, Any], address: str, *, client: str = "8.8.8.8") -> Any:
    whose = {"organization_id": acme["organization_id"], "email_address": address}
    headers = {"X-Foyer-Client-IP": client}
    return api.call("POST", AUTHENTICATE, {**whose, "password": BETTER}, headers=headers)


def test_nothing_of_it_is_hidden_in_reprs_and_logs(
    api: Api, acme: dict[str, Any], ada: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """(QUALITY 4)"""
    caplog.set_level("DEBUG")
    authenticate(api, acme)
    authenticate(api, acme, BETTER)
    assert GOOD not in caplog.text
    assert BETTER not in caplog.text
