"""Invites: who may be asked in, and what an invite makes of a member."""

from typing import Any

import pytest

from identity.errors import ApiError
from identity.models import Member, Organization
from identity.operations import provisioning
from tests.identity.test_provisioning import NEWCOMER, NOW, add, refusal, umbrella

pytestmark = pytest.mark.django_db


def invite(organization: Organization, email_address: str = NEWCOMER, **fields: Any) -> Member:
    return provisioning.invite(
        organization=organization, email_address=email_address, fields=fields, now=NOW
    )


def test_an_invite_makes_a_member_invited() -> None:
    organization = umbrella(email_invites="ALL_ALLOWED")
    boss = add(organization, "boss@umbrella.example")
    member = invite(organization, "any@where.example", name="Any", invited_by=boss)
    assert (member.status, member.name, member.invited_by) == ("invited", "Any", boss)


def test_inviting_a_pending_or_invited_person_again_is_fine() -> None:
    organization = umbrella(email_invites="ALL_ALLOWED")
    pending = add(organization, NEWCOMER, status="pending")
    for name in ("Neo", "New"):
        member = invite(organization, name=name)
        assert (member.pk, member.status, member.name) == (pending.pk, "invited", name)


def test_an_active_member_is_not_invited() -> None:
    organization = umbrella(email_invites="ALL_ALLOWED")
    add(organization, NEWCOMER)
    with pytest.raises(ApiError) as error:
        invite(organization)
    assert refusal(error) == (400, "duplicate_member_email")


@pytest.mark.parametrize(
    ("rule", "email_address", "error_type"),
    [
        ("NOT_ALLOWED", NEWCOMER, "email_invites_not_allowed"),
        ("RESTRICTED", "any@where.example", "invalid_email_for_invites"),
    ],
)
def test_invites_follow_the_organizations_rule(
    rule: str, email_address: str, error_type: str
) -> None:
    with pytest.raises(ApiError) as error:
        invite(umbrella(email_invites=rule), email_address)
    assert refusal(error) == (400, error_type)
    assert not Member.objects.exists()


def test_a_restricted_invite_reaches_the_own_domain() -> None:
    assert invite(umbrella(email_invites="RESTRICTED")).status == "invited"
