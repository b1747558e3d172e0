"""Where every way in ends: what is presented counts or not, and becomes what (CONTRACT 5)."""

from typing import Any

import pytest

from identity.errors import ApiError
from identity.factors import Factor
from identity.models import AuditEvent, IntermediateSession, Member, MemberSession
from identity.operations import presented, sessions
from identity.operations.presented import ALiveSession, AnIntermediate, Nobody, Presented
from identity.operations.sign_in import Finished, Terms, sign_in
from tests.identity.people import (
    ALICE,
    NOW,
    TOTP,
    begun,
    later,
    member,
    organization,
    proof,
    signed_in,
)

pytestmark = pytest.mark.django_db
SOON = later(minutes=1)
PASSWORD = Factor("password", "knowledge", SOON)


def enter(of: Member, *factors: Factor, by: Presented | None = None, **more: Any) -> Finished:
    given: dict[str, Any] = {"joining": False, "terms": Terms(), "now": SOON, **more}
    return sign_in(member=of, factors=factors, presented=by or Nobody(), **given)


def by_session(finished: Finished) -> ALiveSession:
    return presented.session_by_token(finished.session_token, now=SOON)


def by_intermediate(token: str) -> AnIntermediate:
    return presented.intermediate_by_token(token, now=SOON)


def test_every_login_is_a_new_session_of_an_hour() -> None:
    """QUALITY 31; CONTRACT 6.1."""
    alice = member(organization())
    first, second = (signed_in(alice) for _ in range(2))
    assert first.session
    assert second.session
    assert first.session != second.session
    assert first.session_token != second.session_token
    assert first.session.expires_at == later(hours=1)


@pytest.mark.parametrize("status", ["pending", "invited"])
def test_who_signs_in_is_active_and_verified(status: str) -> None:
    alice = member(organization(), status=status, verified=False)
    enter(alice, proof(), joining=True)
    alice.refresh_from_db()
    assert (alice.status, alice.email_address_verified) == ("active", True)


def test_a_missing_second_factor_makes_nobody_active() -> None:
    """CONTRACT 5.1: never a session and an intermediate token together."""
    alice = member(organization(mfa_policy="REQUIRED_FOR_ALL"), status="invited", verified=False)
    finished = enter(alice, proof(), joining=True)
    assert finished.mfa_required
    assert finished.primary_required is None
    assert (finished.session, finished.session_token, finished.session_jwt) == (None, "", "")
    assert finished.intermediate_expires_at == SOON + (later(minutes=10) - NOW)
    alice.refresh_from_db()
    assert (alice.status, alice.email_address_verified) == ("invited", False)
    assert not MemberSession.objects.exists()
    event = AuditEvent.objects.get(action="sign_in.step_up")
    assert event.outcome == "mfa_required"


def test_the_phone_number_is_masked() -> None:
    """CONTRACT 1.6, 5.5."""
    alice = member(organization(), mfa_enrolled=True, mfa_phone_number="+14155551234")
    need = enter(alice, proof()).mfa_required
    assert need
    assert (need.phone, need.totp_registration_id, need.sms_sent) == ("XXXXXXX1234", "", False)
    assert need.has_options


def test_without_anything_enrolled_there_are_no_options() -> None:
    alice = member(organization(mfa_policy="REQUIRED_FOR_ALL"))
    need = enter(alice, proof()).mfa_required
    assert need
    assert not need.has_options


def test_step_up_goes_primary_first_then_second_then_in() -> None:
    """CONTRACT 5.3: one token on the whole way, and a new session at the end (QUALITY 31)."""
    org = organization(
        auth_methods="RESTRICTED", allowed_auth_methods=["password"], mfa_policy="REQUIRED_FOR_ALL"
    )
    alice = member(org)
    first = enter(alice, proof())
    token = first.intermediate_session_token
    assert first.primary_required == ("password",)
    assert first.mfa_required is None
    second = enter(alice, PASSWORD, by=by_intermediate(token))
    assert (second.intermediate_session_token, second.primary_required) == (token, None)
    assert second.mfa_required
    third = enter(alice, TOTP, by=by_intermediate(token))
    assert third.session
    assert [each.type for each in third.session.factors] == ["email_otp", "password", "totp"]
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        by_intermediate(token)


def test_a_factor_added_to_ones_session_renews_it() -> None:
    """QUALITY 31; CONTRACT 5.3: the session stays itself, the old token and JWTs are dead."""
    alice = signed_in(member(organization(), mfa_enrolled=True), proof(), TOTP)
    assert alice.session
    again = enter(
        alice.member, proof(type="magic_link", now=SOON), by=by_session(alice),
        terms=Terms(custom_claims={"a": 1}),
    )  # fmt: skip
    assert again.session == alice.session
    assert again.session.started_at == NOW
    assert again.session.expires_at == later(hours=1)
    assert again.session.custom_claims == {"a": 1}
    assert [each.type for each in again.session.factors] == ["email_otp", "totp", "magic_link"]
    assert again.session_token != alice.session_token
    for old in ({"session_token": alice.session_token}, {"session_jwt": alice.session_jwt}):
        with pytest.raises(ApiError, match="session_not_found"):
            sessions.authenticate(**old, terms=Terms(), now=SOON)
    fresh = sessions.authenticate(session_jwt=again.session_jwt, terms=Terms(), now=SOON)
    assert fresh.session_token == again.session_token


def test_the_same_method_again_replaces_the_older_proof() -> None:
    alice = signed_in(member(organization()))
    again = enter(alice.member, proof(now=SOON), by=by_session(alice))
    assert again.session
    assert [each.authenticated_at for each in again.session.factors] == [SOON]


def test_ones_session_waives_the_second_factor() -> None:
    """CONTRACT 5.3: also when enrolment came after the login."""
    alice = signed_in(member(organization()))
    Member.objects.update(mfa_enrolled=True)
    alice.member.refresh_from_db()
    assert enter(alice.member, proof(now=SOON), by=by_session(alice)).session == alice.session


def test_a_session_that_no_longer_suffices_is_left_alone() -> None:
    """CONTRACT 5.4: the rules changed; the old session goes on, the new login needs more."""
    org = organization()
    alice = signed_in(member(org))
    org.auth_methods, org.allowed_auth_methods = "RESTRICTED", ["sso"]
    org.save()
    alice.member.organization.refresh_from_db()
    finished = enter(alice.member, proof(now=SOON), by=by_session(alice))
    assert finished.primary_required == ("sso",)
    assert finished.intermediate_session_token
    assert by_session(alice).session == alice.session


def test_somebody_elses_session_is_ignored() -> None:
    """CONTRACT 5.3."""
    org = organization(mfa_policy="REQUIRED_FOR_ALL")
    bob = signed_in(member(org, "bob@acme.example"), proof("bob@acme.example"), TOTP)
    finished = enter(member(org), proof(), by=by_session(bob))
    assert finished.mfa_required
    assert by_session(bob).session == bob.session


def test_somebody_elses_intermediate_is_ignored() -> None:
    org = organization(auth_methods="RESTRICTED", allowed_auth_methods=["password"])
    bobs = begun("bob@acme.example", PASSWORD)
    finished = enter(member(org), proof(), by=by_intermediate(bobs))
    assert finished.primary_required == ("password",)
    assert finished.intermediate_session_token != bobs
    kept = by_intermediate(bobs).intermediate.factors
    assert [each.type for each in kept] == ["password"]


def test_what_was_proven_in_one_organization_stays_there_when_it_must() -> None:
    """CONTRACT 5.6: a password of Acme is nothing to Globex, even on the same token."""
    rules = {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["password", "sso"]}
    acme, globex = organization("Acme", **rules), organization("Globex", **rules)
    token = begun(ALICE, proof(), PASSWORD, organization=acme, member=member(acme))
    there = member(globex)
    finished = enter(there, by=by_intermediate(token))
    assert finished.primary_required == ("password", "sso")
    enter(there, proof(type="magic_link"), by=by_intermediate(token))
    kept = IntermediateSession.objects.get(member__organization=globex).factors
    assert [each.type for each in kept] == ["email_otp", "magic_link"]
