"""What members are found by: their own id, or the external id that a backend gave them."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction

from identity.models import Member
from tests.identity.api import Api, refused
from tests.identity.test_acting import TOKEN, session_of

PATH = "/b2b/organizations/acme/members"
LIKE_IDS = ["member-test-1", "MEMBER-TEST-11111111-2222-4333-8444-555555555555", "member-live-1"]
migration: Any = import_module("identity.migrations.0006_member_external_ids")


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(organization_slug="acme")


@pytest.fixture
def alice(api: Api, acme: dict[str, Any]) -> dict[str, Any]:
    return api.member(acme, "alice@acme.example", external_id="crm-1")


@pytest.fixture
def bob(api: Api, acme: dict[str, Any]) -> dict[str, Any]:
    return api.member(acme, "bob@acme.example")


@pytest.mark.parametrize("like_an_id", LIKE_IDS)
def test_an_external_id_does_not_look_like_an_id(
    api: Api, alice: dict[str, Any], like_an_id: str
) -> None:
    given = {"email_address": "eve@acme.example", "external_id": like_an_id}
    for answer in (api.post(PATH, **given), api.put(f"{PATH}/crm-1", external_id=like_an_id)):
        assert "external_id" in refused(answer, 400, "bad_request")["error_message"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.update(external_id=like_an_id)


def test_an_id_finds_the_member_in_any_case_and_nobody_else(
    api: Api, alice: dict[str, Any], bob: dict[str, Any]
) -> None:
    path = "/b2b/organizations/acme/member"
    for identifier in (alice["member_id"], alice["member_id"].upper(), "crm-1"):
        found = api.get(path, member_id=identifier).json()["member"]
        assert found["member_id"] == alice["member_id"]
    # Backends write these in their own systems' spelling.
    refused(api.get(path, member_id="CRM-1"), 404, "member_not_found")


def test_oneself_is_who_is_changed_and_not_who_has_the_word(
    api: Api, alice: dict[str, Any], bob: dict[str, Any]
) -> None:
    """Alice's external id is Bob's id or password id: `stytch.self` doesn't reach him."""
    headers = {TOKEN: session_of(alice)}
    with transaction.atomic():
        Member.objects.filter(pk=alice["member_id"]).update(member_password_id="crm-2")
        Member.objects.filter(pk=bob["member_id"]).update(external_id="crm-2")
    answer = api.call("PUT", f"{PATH}/crm-2", {"name": "Eve"}, headers=headers)
    refused(answer, 403, "session_authorization_error")
    mine = api.call("PUT", f"{PATH}/crm-1", {"name": "Alice"}, headers=headers)
    assert mine.json()["member"]["name"] == "Alice"


def test_who_may_not_change_others_does_not_learn_who_there_is(
    api: Api, alice: dict[str, Any], bob: dict[str, Any]
) -> None:
    headers = {TOKEN: session_of(alice)}
    for member_id in (bob["member_id"], "nobody"):
        answer = api.call("PUT", f"{PATH}/{member_id}", {"name": "Eve"}, headers=headers)
        refused(answer, 403, "session_authorization_error")


def test_what_looks_like_an_id_from_before_is_listed_with_what_to_do(
    api: Api, alice: dict[str, Any]
) -> None:
    migration.look(apps, None)
    with without_the_constraint():
        Member.objects.update(external_id="Member-Test-2")
    with pytest.raises(CommandError) as told:
        migration.look(apps, None)
    line = f"- {alice['organization_id']}, {alice['member_id']}: 'Member-Test-2'"
    assert line in str(told.value)
    assert "by PUT" in str(told.value)


@contextmanager
def without_the_constraint() -> Iterator[None]:
    """Rows of a time before it; the test's end takes all of it back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            yield
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or it won't alter
            cursor.execute(
                "ALTER TABLE identity_member DROP CONSTRAINT member_external_id_is_no_id"
            )
            yield
