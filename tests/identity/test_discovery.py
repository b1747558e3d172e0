"""From a proven mailbox into an organization, or into one's own (CONTRACT 2.2, 5)."""

from typing import Any

import pytest

from identity.errors import ApiError
from identity.factors import Factor
from identity.models import AuditEvent, IntermediateSession, Member, MemberSession, Organization
from identity.operations.discovery import create_organization, exchange
from identity.operations.sign_in import Finished, Terms
from identity.policy import EMAIL_VERIFYING
from identity.provenance import Provenance
from tests.identity.people import ALICE, NOW, begun, later, member, organization, proof
from tests.identity.threads import at_once

SOON = later(seconds=5)
GITHUB = Factor(
    "oauth",
    "oauth_github",
    NOW,
    "github_oauth_factor",
    {"id": "1", "email_id": ""},
    provenance=Provenance.SEEN,
    email_address=ALICE,
)


def enter(token: str, to: str = "acme", **more: Any) -> Finished:
    given: dict[str, Any] = {"terms": Terms(), "now": SOON, **more}
    return exchange(intermediate_session_token=token, organization_id=to, **given)


def found(token: str, *, now: Any = SOON, terms: Terms | None = None, **fields: Any) -> Finished:
    return create_organization(
        intermediate_session_token=token, fields=fields, terms=terms or Terms(), now=now
    )


def test_a_member_is_let_in_and_the_token_used_up(db: None) -> None:
    alice = member(organization())
    token = begun()
    finished = enter(token, terms=Terms(30, {"a": 1}))
    assert finished.session
    assert finished.member == alice
    assert finished.session.expires_at == later(minutes=30, seconds=5)
    assert finished.session.custom_claims == {"a": 1}
    (factor,) = finished.session.factors
    assert factor.detail == {"email_id": alice.email_id, "email_address": ALICE}
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        enter(token, now=later(seconds=16))
    assert AuditEvent.objects.get(action="discovery.exchange").outcome == "success"


def test_the_same_post_twice_is_one_session_and_two_good_answers(db: None) -> None:
    """QUALITY 28; ARCHITECTURE 5: within ten seconds."""
    member(organization())
    token = begun()
    first, second = (enter(token, now=later(seconds=each)) for each in (5, 15))
    assert first.session == second.session
    assert first.session_token == second.session_token
    assert MemberSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_post_at_the_same_moment_is_one_session() -> None:
    """QUALITY 28"""
    member(organization())
    token = begun()
    answers = at_once(4, lambda: enter(token))
    assert len({each.session_token for each in answers}) == 1
    assert MemberSession.objects.count() == 1


def test_a_used_token_opens_no_other_door(db: None) -> None:
    member(organization())
    member(organization("Globex"))
    token = begun()
    enter(token)
    for act in (lambda: enter(token, "globex"), lambda: found(token)):
        with pytest.raises(ApiError, match="intermediate_session_not_found"):
            act()
    assert MemberSession.objects.count() == 1


def test_an_unmet_requirement_returns_the_identical_token(db: None) -> None:
    """CONTRACT 2.2: not consumed, terms dropped; it still works elsewhere."""
    member(organization(mfa_policy="REQUIRED_FOR_ALL"))
    member(organization("Globex"))
    token = begun()
    for _ in range(2):
        finished = enter(token, terms=Terms(30, {"a": 1}))
        assert finished.mfa_required
        assert finished.intermediate_session_token == token
        assert finished.intermediate_expires_at == later(minutes=10)
    assert IntermediateSession.objects.get().organization is None
    assert enter(token, "globex").session


@pytest.mark.parametrize("status", ["invited", "pending"])
def test_an_invite_is_accepted(db: None, status: str) -> None:
    alice = member(organization(), status=status, verified=False)
    assert enter(begun()).session
    alice.refresh_from_db()
    assert (alice.status, alice.email_address_verified) == ("active", True)


@pytest.mark.django_db(transaction=True)
def test_a_newcomer_joins_by_domain_once() -> None:
    acme = organization(email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"])
    member(acme, "bob@acme.example")
    answers = at_once(3, lambda: enter(begun()))
    assert {each.member.status for each in answers} == {"active"}
    assert acme.members.filter(email_address=ALICE).count() == 1


def test_who_may_not_join_is_told_why(db: None) -> None:
    organization()
    token = begun()
    with pytest.raises(ApiError, match="email_jit_provisioning_not_allowed"):
        enter(token)
    assert not Member.objects.exists()
    with pytest.raises(ApiError, match="organization_not_found"):
        enter(token, "nowhere")


def test_joining_without_a_proven_address_needs_one(db: None) -> None:
    """CONTRACT 2.2, 5.4."""
    acme = organization(email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"])
    member(acme, "bob@acme.example")
    token = begun(ALICE, GITHUB)
    finished = enter(token)
    assert finished.primary_required == EMAIL_VERIFYING
    assert finished.intermediate_session_token == token
    assert (finished.member.status, finished.member.email_address_verified) == ("pending", False)


def test_a_token_of_another_organization_is_refused(db: None) -> None:
    """CONTRACT 5.6: a password doesn't travel, and founds nothing."""
    acme = organization()
    member(organization("Globex"))
    password = Factor("password", "knowledge", NOW)
    token = begun(ALICE, password, organization=acme, member=member(acme))
    for act in (lambda: enter(token, "globex"), lambda: found(token)):
        with pytest.raises(ApiError, match="invalid_intermediate_session_token_for_organization"):
            act()
    assert Organization.objects.count() == 2
    assert enter(token).session


@pytest.mark.parametrize(
    ("address", "name", "slug"),
    [
        ("alice@acme.example", "Acme", "acme"),
        ("alice.b@gmail.com", "Alice B", "alice-b"),
        ("alice@college.edu", "Alice", "alice"),
    ],
)
def test_an_organization_is_founded_with_names_from_the_address(
    db: None, address: str, name: str, slug: str
) -> None:
    """CONTRACT 2.2."""
    finished = found(begun(address))
    assert finished.session
    made = finished.organization
    assert (made.organization_name, made.organization_slug) == (name, slug)
    assert finished.member.roles == ["stytch_admin"]
    assert (finished.member.status, finished.member.email_address_verified) == ("active", True)


def test_its_settings_are_those_of_post_organizations(db: None) -> None:
    finished = found(
        begun(), organization_name="Hooli", organization_slug="hooli", email_invites="NOT_ALLOWED"
    )
    made = finished.organization
    assert (made.organization_slug, made.email_invites) == ("hooli", "NOT_ALLOWED")


def test_founding_posted_twice_founds_once(db: None) -> None:
    token = begun()
    first, second = found(token), found(token, now=later(seconds=9))
    assert first.session_token == second.session_token
    assert Organization.objects.count() == 1


def test_a_slug_that_is_taken_leaves_the_token_alone(db: None) -> None:
    organization("Hooli")
    token = begun()
    with pytest.raises(ApiError, match="organization_slug_already_used"):
        found(token, organization_name="Hooli", organization_slug="hooli")
    assert not Member.objects.exists()
    assert found(token, organization_name="Hooli").session


def test_a_founder_without_a_proven_address_has_to_prove_it(db: None) -> None:
    """CONTRACT 2.2, 5.4: pending until then."""
    token = begun(ALICE, GITHUB)
    finished = found(token)
    assert finished.primary_required == EMAIL_VERIFYING
    assert finished.intermediate_session_token == token
    assert (finished.member.status, finished.member.email_address_verified) == ("pending", False)


def test_a_founder_who_wants_mfa_for_all_begins_with_it(db: None) -> None:
    token = begun(ALICE, proof())
    finished = found(token, mfa_policy="REQUIRED_FOR_ALL")
    assert finished.mfa_required
    assert (finished.session, finished.intermediate_session_token) == (None, token)
    assert finished.member.status == "pending"
