"""The end of a membership, its return, and its locks."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from identity import tokens
from identity.errors import ApiError
from identity.models import EmailCode, IntermediateSession, Member, MemberSession
from identity.operations import members
from tests.identity.api import Api, refused

PATH = "/b2b/organizations/acme"


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization(organization_slug="acme")


def test_a_deleted_member_has_no_session_left(api: Api, acme: dict[str, Any]) -> None:
    """QUALITY 42: sessions, unfinished sign-ins and mail on its way all end."""
    body = api.member(acme, "a@acme.example")
    member = Member.objects.get(pk=body["member_id"])
    now = timezone.now()
    session = a_session(member)
    IntermediateSession.objects.create(
        token_hash="i", email_address="a@acme.example", member=member,
        organization=member.organization, created_at=now, expires_at=now + timedelta(minutes=10),
    )  # fmt: skip
    EmailCode.objects.create(
        email_address="a@acme.example", member=member, salt="s", code_hash="c",
        created_at=now, expires_at=now + timedelta(minutes=10),
    )  # fmt: skip
    response = api.delete(f"{PATH}/members/{member.member_id}")
    assert response.json()["member_id"] == member.member_id
    session.refresh_from_db()
    assert session.revoked_at is not None
    assert not IntermediateSession.objects.exists()
    assert not EmailCode.objects.exists()
    refused(api.delete(f"{PATH}/members/{member.member_id}"), 404, "member_not_found")


def test_a_deleted_member_comes_back_with_a_proven_address(api: Api, acme: dict[str, Any]) -> None:
    member_id = api.member(acme, "a@acme.example")["member_id"]
    path = f"{PATH}/members/{member_id}"
    refused(api.put(f"{path}/reactivate"), 400, "no_deleted_member_found_for_reactivation")
    api.delete(path)
    refused(api.put(f"{path}/reactivate"), 400, "email_verification_required")
    Member.objects.update(email_address_verified=True)
    assert api.put(f"{path}/reactivate").json()["member"]["status"] == "active"


def test_a_reactivated_member_cannot_take_an_address_back(api: Api, acme: dict[str, Any]) -> None:
    member_id = api.member(acme, "a@acme.example")["member_id"]
    api.delete(f"{PATH}/members/{member_id}")
    Member.objects.update(email_address_verified=True)
    api.member(acme, "a@acme.example")
    response = api.put(f"{PATH}/members/{member_id}/reactivate")
    refused(response, 400, "duplicate_member_email")


def test_a_deleted_members_external_id_is_free_again(api: Api, acme: dict[str, Any]) -> None:
    old = api.member(acme, "a@acme.example", external_id="crm-1")
    api.delete(f"{PATH}/members/crm-1")
    new = api.member(acme, "a2@acme.example", external_id="crm-1")
    assert api.get(f"{PATH}/member", member_id="crm-1").json()["member_id"] == new["member_id"]
    Member.objects.update(email_address_verified=True)
    response = api.put(f"{PATH}/members/{old['member_id']}/reactivate")
    refused(response, 400, "duplicate_member_external_id")


def test_who_was_deleted_meanwhile_cannot_be_changed(api: Api, acme: dict[str, Any]) -> None:
    member_id = api.member(acme, "a@acme.example")["member_id"]
    held_elsewhere = Member.objects.get(pk=member_id)
    api.delete(f"{PATH}/members/{member_id}")
    with pytest.raises(ApiError) as error:
        members.update(member=held_elsewhere, changes={"name": "A"}, now=timezone.now())
    assert error.value.error_type == "member_not_found"


def test_a_lock_is_told_while_it_lasts(api: Api, acme: dict[str, Any]) -> None:
    member_id = api.member(acme, "a@acme.example")["member_id"]
    now = timezone.now()
    Member.objects.update(locked_at=now, lock_expires_at=now + timedelta(hours=1))
    member = api.get(f"{PATH}/member", member_id=member_id).json()["member"]
    assert member["is_locked"] is True
    assert member["lock_expires_at"]
    Member.objects.update(lock_expires_at=now - timedelta(seconds=1))
    member = api.get(f"{PATH}/member", member_id=member_id).json()["member"]
    assert (member["is_locked"], member["lock_expires_at"]) == (False, None)


def a_session(member: Member) -> MemberSession:
    now = timezone.now()
    return MemberSession.objects.create(
        member=member, token_hash=tokens.hash_token(tokens.new_token()), started_at=now,
        token_issued_at=now, last_accessed_at=now, expires_at=now + timedelta(hours=1),
    )  # fmt: skip
