"""How an address becomes a member: by domain, or not at all."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from identity.errors import ApiError
from identity.models import Member, Organization
from identity.operations import members, organizations, provisioning
from identity.provenance import Provenance

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NEWCOMER = "new@umbrella.example"
pytestmark = pytest.mark.django_db


def umbrella(**fields: Any) -> Organization:
    """Lets people in by their domain."""
    given = {
        "organization_name": "Umbrella",
        "email_jit_provisioning": "RESTRICTED",
        "email_allowed_domains": ["umbrella.example"],
        **fields,
    }
    return organizations.create(fields=given, now=NOW)


def add(organization: Organization, email_address: str, **fields: Any) -> Member:
    verified = fields.pop("email_address_verified", False)
    given = {"email_address": email_address, **fields}
    member = members.create(organization=organization, fields=given, now=NOW)
    member.email_address_verified = verified
    member.email_provenance = Provenance.MAILBOX if verified else Provenance.NOBODY
    member.save()
    return member


def find_or_create(organization: Organization, email_address: str) -> tuple[Member, bool]:
    return provisioning.find_or_create_pending(
        organization=organization, email_address=email_address, now=NOW
    )


def join(organization: Organization, email_address: str = NEWCOMER) -> Member:
    return provisioning.join(organization=organization, email_address=email_address, now=NOW)


def refusal(error: pytest.ExceptionInfo[ApiError]) -> tuple[int, str]:
    return error.value.status_code, error.value.error_type


def test_signing_up_creates_a_pending_member_once() -> None:
    organization = umbrella()
    member, created = find_or_create(organization, NEWCOMER)
    assert (created, member.status, member.email_address_verified) == (True, "pending", False)
    assert find_or_create(organization, NEWCOMER) == (member, False)


@pytest.mark.parametrize("status", ["active", "invited", "pending"])
def test_a_member_signs_in_whatever_the_settings_say(status: str) -> None:
    organization = umbrella(email_jit_provisioning="NOT_ALLOWED")
    member = add(organization, NEWCOMER, status=status)
    assert find_or_create(organization, NEWCOMER) == (member, False)
    assert join(organization) == member


def test_a_deleted_member_is_a_stranger() -> None:
    organization = umbrella(email_jit_provisioning="NOT_ALLOWED")
    members.delete(member=add(organization, NEWCOMER), now=NOW)
    with pytest.raises(ApiError) as error:
        find_or_create(organization, NEWCOMER)
    assert refusal(error) == (403, "email_jit_provisioning_not_allowed")


def test_another_domain_is_refused() -> None:
    with pytest.raises(ApiError) as error:
        find_or_create(umbrella(), "new@evil-umbrella.example")
    assert refusal(error) == (403, "invalid_email_for_jit_provisioning")


@pytest.mark.parametrize(
    ("colleague", "allowed"),
    [
        ({"email_address_verified": True}, True),
        ({"email_address_verified": False}, False),
        ({"email_address_verified": True, "status": "invited"}, False),
        ({"email_address_verified": True, "status": "deleted"}, False),
    ],
)
def test_joining_by_domain_needs_a_proven_colleague(
    colleague: dict[str, Any], allowed: bool
) -> None:
    """CONTRACT 2.2: somebody of the organization must have proven mail at that domain."""
    organization = umbrella()
    add(organization, "boss@umbrella.example", **colleague)
    may = provisioning.may_join_by_domain(organization=organization, email_address=NEWCOMER)
    assert may is allowed
    if allowed:
        assert join(organization).status == "pending"
        return
    with pytest.raises(ApiError) as error:
        join(organization)
    assert refusal(error) == (403, "email_jit_provisioning_not_allowed")


def test_a_colleague_at_a_lookalike_domain_does_not_count() -> None:
    organization = umbrella()
    add(organization, "boss@evil-umbrella.example", email_address_verified=True)
    assert not provisioning.may_join_by_domain(organization=organization, email_address=NEWCOMER)


def test_nobody_joins_where_joining_is_closed() -> None:
    organization = umbrella(email_jit_provisioning="NOT_ALLOWED")
    add(organization, "boss@umbrella.example", email_address_verified=True)
    assert not provisioning.may_join_by_domain(organization=organization, email_address=NEWCOMER)
    with pytest.raises(ApiError) as error:
        join(organization)
    assert refusal(error) == (403, "email_jit_provisioning_not_allowed")


def test_signing_in_activates_and_proves() -> None:
    member = add(umbrella(), NEWCOMER, status="invited")
    provisioning.activate(member=member, proven_by=Provenance.MAILBOX, now=NOW)
    member.refresh_from_db()
    assert (member.status, member.email_address_verified) == ("active", True)
    provisioning.activate(member=member, proven_by=Provenance.NOBODY, now=NOW)
    member.refresh_from_db()
    assert member.email_address_verified is True


@pytest.mark.parametrize("status", ["pending", "invited", "active"])
def test_signing_in_without_a_proof_of_the_address_proves_nothing(status: str) -> None:
    """A password or an app says who it is, and nothing about a mailbox."""
    member = add(umbrella(), NEWCOMER, status=status)
    provisioning.activate(member=member, proven_by=Provenance.NOBODY, now=NOW)
    member.refresh_from_db()
    assert (member.status, member.email_address_verified) == ("active", False)


def test_who_was_deleted_meanwhile_is_not_activated() -> None:
    """QUALITY 42: an answer that was under way brings nobody back."""
    member = add(umbrella(), NEWCOMER, status="pending")
    held_elsewhere = Member.objects.get(pk=member.pk)
    members.delete(member=member, now=NOW)
    with pytest.raises(ApiError) as error:
        provisioning.activate(member=held_elsewhere, proven_by=Provenance.MAILBOX, now=NOW)
    assert refusal(error) == (404, "member_not_found")
    assert Member.objects.get().status == "deleted"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_creates_and_the_other_finds() -> None:
    organization = umbrella()
    outcomes = []
    start = threading.Barrier(2)

    def sign_up() -> None:
        start.wait()
        try:
            outcomes.append(find_or_create(organization, NEWCOMER))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {member.pk for member, _ in outcomes} == {Member.objects.get().pk}
    assert sorted(created for _, created in outcomes) == [False, True]
