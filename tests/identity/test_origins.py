"""A login stays that of its account on every way: no other organization makes it nobody's."""

import pytest

from identity.errors import ApiError
from identity.models import Member, OIDCConnection, Organization
from identity.operations import discovered, discovery, exchange, proofs
from identity.operations.sign_in import Finished, Terms
from tests.identity.arriving import by_oauth, by_sso, connected
from tests.identity.people import ALICE, NOW, member, organization

pytestmark = pytest.mark.django_db

PRESENT, FORMER = "G-NEW", "G-OLD"


@pytest.fixture
def corp() -> Organization:
    """Alice has the address today, and her account there is noted."""
    corp = organization("Corp")
    member(corp)
    assert by_github(corp, PRESENT).session
    return corp


def by_github(of: Organization, subject: str) -> Finished:
    return by_oauth(of, subject, ALICE, provider="github", email_verifying=False)


def own(name: str, **rules: object) -> OIDCConnection:
    """An organization of the former holder, whose provider calls them by the address."""
    connection = connected(organization(name, sso_jit_provisioning="ALL_ALLOWED", **rules))
    by_sso(connection, "x", ALICE)
    return connection


def moved(source: Finished, to: Organization) -> Finished:
    return exchange.exchange(
        organization_id=to.pk, session_token=source.session_token, terms=Terms(), now=NOW
    )


def test_a_detour_over_a_third_organization_changes_nobody(corp: Organization) -> None:
    evil, third = own("Evil").organization, own("Third").organization
    there = moved(by_github(evil, FORMER), third)
    assert there.session
    with pytest.raises(ApiError) as refusal:
        moved(there, corp)
    assert refusal.value.error_type == "provider_account_mismatch"
    listed = discovered.memberships(proofs.of_session(there.session))
    assert "Corp" not in [each.organization.organization_name for each in listed]


def test_nor_does_a_step_of_such_an_organization(corp: Organization) -> None:
    evil = own("Evil")
    third = own("Third", mfa_policy="REQUIRED_FOR_ALL").organization
    waiting = moved(by_github(evil.organization, FORMER), third)
    with pytest.raises(ApiError) as refusal:
        discovery.exchange(
            intermediate_session_token=waiting.intermediate_session_token,
            organization_id=corp.pk,
            terms=Terms(),
            now=NOW,
        )
    assert refusal.value.error_type == "provider_account_mismatch"


def test_who_holds_the_account_goes_on_from_the_third(corp: Organization) -> None:
    evil, third = own("Evil").organization, own("Third").organization
    there = moved(by_github(evil, PRESENT), third)
    back = moved(there, corp)
    assert back.session
    assert back.member == Member.objects.get(organization=corp)


def test_the_wire_tells_no_subject_of_an_exchanged_login() -> None:
    third = own("Third").organization
    there = moved(by_github(own("Evil").organization, FORMER), third)
    assert there.session
    [factor] = there.session.factors
    assert factor.subject == FORMER
    assert FORMER not in str(factor.to_wire())
