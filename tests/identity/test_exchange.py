"""A session swapped for one in another organization (CONTRACT 2.1, 5.6)."""

from typing import Any

import pytest

from identity.errors import ApiError
from identity.factors import Factor
from identity.models import AuditEvent, IntermediateSession, Member, MemberSession
from identity.operations import members, presented
from identity.operations.discovery import list_organizations
from identity.operations.exchange import exchange
from identity.operations.sign_in import Finished, Terms, sign_in
from identity.policy import EMAIL_VERIFYING
from identity.provenance import Provenance
from tests.identity.people import (
    ALICE,
    NOW,
    TOTP,
    later,
    member,
    organization,
    proof,
    signed_in,
)

SOON = later(minutes=1)


@pytest.fixture
def alice(db: None) -> Finished:
    return signed_in(member(organization()))


def switch(source: Finished, to: str, **more: Any) -> Finished:
    given: dict[str, Any] = {"session_token": source.session_token, "terms": Terms(), **more}
    return exchange(organization_id=to, now=SOON, **given)


def assert_refused(source: Finished, to: str, error_type: str, **more: Any) -> None:
    with pytest.raises(ApiError) as refusal:
        switch(source, to, **more)
    assert refusal.value.error_type == error_type


def test_the_target_gets_a_new_session_and_the_source_lives_on(alice: Finished) -> None:
    """QUALITY 31, 55."""
    there = member(organization("Globex"))
    target = switch(alice, "globex", terms=Terms(30, {"a": 1}))
    assert target.session
    assert alice.session
    assert target.member == there
    assert target.session.member_session_id != alice.session.member_session_id
    assert target.session.expires_at == later(minutes=31)
    assert target.session.custom_claims == {"a": 1}
    (factor,) = target.session.factors
    assert factor.detail == {"email_id": there.email_id, "email_address": ALICE}
    assert presented.session_by_token(alice.session_token, now=SOON).session == alice.session


def test_a_jwt_serves_as_well(alice: Finished) -> None:
    member(organization("Globex"))
    target = switch(alice, "globex", session_token="", session_jwt=alice.session_jwt)
    assert target.session


@pytest.mark.parametrize("status", ["invited", "pending"])
def test_invited_and_pending_people_become_active(alice: Finished, status: str) -> None:
    there = member(organization("Globex"), status=status, verified=False)
    assert switch(alice, "globex").session
    there.refresh_from_db()
    assert there.status == "active"


def test_nobody_joins_by_switching(alice: Finished) -> None:
    """CONTRACT 2.1: never JIT, even where discovery would."""
    globex = organization(
        "Globex", email_allowed_domains=["acme.example"], email_jit_provisioning="RESTRICTED"
    )
    member(globex, "bob@acme.example")
    assert_refused(alice, "globex", "member_not_found")
    assert not Member.objects.filter(organization=globex, email_address=ALICE).exists()


def test_what_is_not_met_ends_in_a_new_intermediate(alice: Finished) -> None:
    """CONTRACT 2.1: terms are dropped, the source lives (QUALITY 51)."""
    there = member(organization("Globex", mfa_policy="REQUIRED_FOR_ALL"))
    target = switch(alice, "globex", terms=Terms(30, {"a": 1}))
    assert target.mfa_required
    assert (target.session, target.session_token) == (None, "")
    kept = IntermediateSession.objects.get()
    assert (kept.organization, kept.member) == (there.organization, there)
    assert [factor.type for factor in kept.factors] == ["email_otp"]
    assert presented.session_by_token(alice.session_token, now=SOON)
    event = AuditEvent.objects.get(action="session.exchange")
    assert event.outcome == "step_up_required"


def test_a_second_factor_does_not_travel(alice: Finished) -> None:
    """CONTRACT 5.6: MFA is per member."""
    source = signed_in(alice.member, proof(), TOTP)
    member(organization("Globex", mfa_policy="REQUIRED_FOR_ALL"))
    assert switch(source, "globex").mfa_required


def test_into_the_same_organization_everything_comes_along(alice: Finished) -> None:
    Member.objects.update(mfa_enrolled=True)
    source = signed_in(alice.member, proof(), TOTP)
    again = switch(source, "acme")
    assert again.session
    assert source.session
    assert again.session != source.session
    assert len(again.session.factors) == 2


def test_a_login_that_proves_no_address_is_told_differently_there(alice: Finished) -> None:
    detail = {"id": "1", "provider_subject": "s", "email_id": "e"}
    slack = Factor(
        "oauth",
        "oauth_slack",
        NOW,
        "slack_oauth_factor",
        detail,
        provenance=Provenance.SEEN,
        email_address=ALICE,
    )
    source = signed_in(alice.member, slack)
    there = member(organization("Globex"))
    target = switch(source, "globex")
    assert target.session
    (factor,) = target.session.factors
    wire = factor.to_wire()
    assert wire["delivery_method"] == "oauth_exchange_slack"
    assert wire["slack_oauth_exchange_factor"] == {"email_id": there.email_id}


def test_nothing_transferable_is_insufficient(alice: Finished) -> None:
    source = signed_in(alice.member, Factor("password", "knowledge", NOW))
    member(organization("Globex"))
    assert_refused(source, "globex", "insufficient_factors_for_session_exchange")


def test_an_impersonated_session_goes_nowhere(alice: Finished) -> None:
    source = signed_in(alice.member, proof(), Factor("impersonated", "impersonation", NOW))
    member(organization("Globex"))
    assert_refused(source, "globex", "session_not_mutable")
    assert_refused(source, "acme", "session_not_mutable")


def test_tokens_and_organizations_are_checked(alice: Finished) -> None:
    assert_refused(alice, "globex", "organization_not_found")
    assert_refused(alice, "acme", "no_session_arguments", session_token="")
    both = {"session_jwt": alice.session_jwt}
    assert_refused(alice, "acme", "too_many_session_arguments", **both)
    MemberSession.objects.update(revoked_at=NOW)
    assert_refused(alice, "acme", "session_not_found")


def test_a_changed_address_opens_nobody_elses_door(alice: Finished) -> None:
    """QUALITY 53: an admin who renames their own member must not become somebody else."""
    bob = member(organization("Globex"), "bob@globex.example")
    members.update(member=alice.member, changes={"email_address": bob.email_address}, now=SOON)
    assert_refused(alice, "globex", "insufficient_factors_for_session_exchange")
    listing = list_organizations(session_token=alice.session_token, now=SOON)
    assert [each.organization.organization_name for each in listing.organizations] == ["Acme"]
    assert listing.organizations[0].primary_required == EMAIL_VERIFYING


def test_an_unproven_address_is_not_proven_by_older_factors(alice: Finished) -> None:
    """A second factor on the old session says nothing about the new address."""
    changes = {"email_address": "bob@globex.example"}
    renamed = members.update(member=alice.member, changes=changes, now=SOON)
    held = presented.session_by_token(alice.session_token, now=SOON)
    finished = sign_in(
        member=renamed, factors=(TOTP,), presented=held, joining=False, terms=Terms(), now=SOON
    )
    assert finished.primary_required == EMAIL_VERIFYING
    assert not finished.member.email_address_verified
