"""Where a person can go, and what each place still asks for (CONTRACT 2.2, 3.4, 5)."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from identity.factors import Factor
from identity.models import Member, Organization
from identity.operations import provisioning
from identity.operations.discovered import Discovered, discovered_organizations, everything
from identity.operations.proofs import Proof
from identity.policy import EMAIL_VERIFYING
from identity.provenance import Provenance
from tests.identity.people import ALICE, NOW, member, organization, proof

pytestmark = pytest.mark.django_db
# Written by no call of ours, which all fold and check: an import may have.
ODD_DOMAINS = ("ACME.example", "a.acme.example", "acme.example.com", 'x","acme.example","y')
JOINABLE = {"email_jit_provisioning": "RESTRICTED", "email_allowed_domains": ["acme.example"]}


def found(email_address: str = ALICE, *factors: Factor) -> dict[str, Discovered]:
    listed = discovered_organizations(
        email_address=email_address, factors=factors or (proof(email_address),), now=NOW
    )
    return {each.organization.organization_name: each for each in listed}


def joinable(name: str = "Acme", **fields: Any) -> Organization:
    """With a member who has proven an address of the domain."""
    made = organization(name, **{**JOINABLE, **fields})
    member(made, "bob@acme.example")
    return made


def slack(tenant: str) -> Factor:
    detail = {"id": "1", "provider_subject": "s", "email_id": "", "provider_tenant_id": tenant}
    return Factor(
        "oauth",
        "oauth_slack",
        NOW,
        "slack_oauth_factor",
        detail,
        provenance=Provenance.SEEN,
        tenants=(tenant,),
        email_address=ALICE,
    )


def test_all_five_membership_types_are_told_apart() -> None:
    member(organization("One"))
    member(organization("Two"), status="pending")
    member(organization("Three"), status="invited")
    joinable("Four")
    organization(
        "Five", oauth_tenant_jit_provisioning="RESTRICTED", allowed_oauth_tenants={"slack": ["T1"]}
    )
    listed = found(ALICE, proof(), slack("T1"))
    assert {name: each.kind for name, each in listed.items()} == {
        "One": "active_member",
        "Two": "pending_member",
        "Three": "invited_member",
        "Four": "eligible_to_join_by_email_domain",
        "Five": "eligible_to_join_by_oauth_tenant",
    }
    assert listed["Four"].domain == "acme.example"
    assert (listed["Five"].provider, listed["Five"].tenant) == ("slack", "T1")
    assert [each.member is None for each in listed.values()] == [False] * 3 + [True] * 2


def test_memberships_come_first_each_kind_by_name() -> None:
    for name in ("zebra", "Apple"):
        member(organization(name))
    for name in ("Yak", "banana"):
        joinable(name)
    assert list(found()) == ["Apple", "zebra", "banana", "Yak"]


@pytest.mark.parametrize(
    "fields",
    [
        {"email_jit_provisioning": "NOT_ALLOWED"},
        {"email_allowed_domains": ["other.example"]},
        {"email_allowed_domains": ["notacme.example", "acme.example.org"]},
    ],
)
def test_joining_by_domain_needs_the_setting_and_the_domain(fields: dict[str, Any]) -> None:
    joinable(**fields)
    assert found() == {}


def test_joining_by_domain_needs_a_colleague_with_a_proven_address() -> None:
    """CONTRACT 2.2."""
    made = organization(**JOINABLE)
    member(made, "bob@acme.example", verified=False)
    member(made, "eve@elsewhere.example")
    member(made, "mallory@sub.acme.example")
    assert found() == {}
    Member.objects.filter(email_address="bob@acme.example").update(
        email_address_verified=True, email_provenance="mailbox", status="deleted"
    )
    assert found() == {}
    Member.objects.update(status="active")
    assert list(found()) == ["Acme"]


def test_what_is_listed_can_be_joined_and_nothing_else() -> None:
    """One rule in two places: the list asks the database, joining asks one organization."""
    joinable("Yes")
    joinable("Closed", email_jit_provisioning="NOT_ALLOWED")
    organization("Empty", **JOINABLE)
    odd = [joinable(f"Odd {each}") for each in ODD_DOMAINS]
    for each, domain in zip(odd, ODD_DOMAINS, strict=True):
        Organization.objects.filter(pk=each.pk).update(email_allowed_domains=[domain])
    listed = found()
    assert "Yes" in listed
    for each in Organization.objects.all():
        may = provisioning.may_join_by_domain(organization=each, email_address=ALICE)
        assert may == (each.organization_name in listed)


def test_a_deleted_membership_is_none() -> None:
    member(organization())
    Member.objects.update(status="deleted")
    assert found() == {}


def test_another_workspace_joins_nothing() -> None:
    organization(
        "Five", oauth_tenant_jit_provisioning="RESTRICTED", allowed_oauth_tenants={"slack": ["T1"]}
    )
    assert found(ALICE, slack("T2")) == {}


def test_what_is_open_to_both_is_listed_once() -> None:
    joinable(oauth_tenant_jit_provisioning="RESTRICTED", allowed_oauth_tenants={"slack": ["T1"]})
    assert found(ALICE, slack("T1"))["Acme"].kind == "eligible_to_join_by_email_domain"


def test_each_organization_says_what_it_will_ask_for() -> None:
    """The same policy as at the door (QUALITY 101)."""
    member(organization("Open"))
    member(organization("Mfa", mfa_policy="REQUIRED_FOR_ALL"), mfa_phone_number="+14155551234")
    member(organization("Sso", auth_methods="RESTRICTED", allowed_auth_methods=["sso"]))
    joinable("Join")
    listed = found()
    assert [name for name, each in listed.items() if each.member_authenticated] == ["Open", "Join"]
    need = listed["Mfa"].mfa_required
    assert need
    assert (need.phone, need.sms_sent) == ("XXXXXXX1234", False)
    assert listed["Sso"].primary_required == ("sso",)
    assert listed["Sso"].mfa_required is None


def test_a_login_that_proves_no_address_has_to_prove_it_to_join() -> None:
    """CONTRACT 5.4."""
    joinable()
    member(organization("Known"))
    listed = found(ALICE, slack("T1"))
    assert listed["Known"].member_authenticated
    assert listed["Acme"].primary_required == EMAIL_VERIFYING


def test_the_number_of_queries_does_not_grow(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        member(organization(f"Member {number}"))
        joinable(f"Joinable {number}")
    with django_assert_max_num_queries(6):
        assert len(everything(Proof(ALICE, (proof(), slack("T1"))))) == 24
