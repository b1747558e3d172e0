"""Whose address changed at a provider: their account leads to where they belong, all the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from identity.errors import ApiError
from identity.models import AuditEvent, IntermediateSession, Member, Organization, Registration
from identity.operations import discovery, exchange, members, notices
from identity.operations.mailbox import Held
from identity.operations.sign_in import Finished, Terms, sign_in
from identity.provenance import Provenance
from tests.identity import post
from tests.identity.arriving import ANN, MARRIED, by_oauth, by_sso, connected, discovers
from tests.identity.people import NOW, TOTP, later, member, organization, proof

pytestmark = pytest.mark.django_db

BOSS = "boss@acme.example"


@pytest.fixture
def acme(db: None) -> Organization:
    """Where Ann has signed in with Google, as 1."""
    of = organization("Acme")
    member(of, ANN)
    by_oauth(of, "1", ANN)
    return of


def names(found: Any) -> list[str]:
    return [each.organization.organization_name for each in found.organizations]


def listed(finished: Finished) -> list[str]:
    return names(discovery.list_organizations(session_token=finished.session_token, now=NOW))


def enter(token: str, to: str = "acme", *, now: Any = NOW) -> Finished:
    return discovery.exchange(
        intermediate_session_token=token, organization_id=to, terms=Terms(), now=now
    )


def switch(finished: Finished, to: str) -> Finished:
    return exchange.exchange(
        organization_id=to, session_token=finished.session_token, terms=Terms(), now=NOW
    )


# The address has changed at the provider.


def test_a_changed_address_still_lists_and_enters(acme: Organization) -> None:
    before = Member.objects.get()
    found = discovers("1", MARRIED)
    (listed_,) = found.organizations
    assert listed_.kind == "active_member"
    assert listed_.member_authenticated
    finished = enter(found.intermediate_session_token)
    assert finished.session
    after = Member.objects.get()
    assert (after.pk, after.email_address, after.email_address_verified) == (
        before.pk,
        MARRIED,
        True,
    )
    assert after.email_provenance == Provenance.VOUCHED


def test_looking_at_the_list_changes_nothing(acme: Organization) -> None:
    found = discovers("1", MARRIED)
    token = found.intermediate_session_token
    again = discovery.list_organizations(intermediate_session_token=token, now=NOW)
    assert names(again) == names(found) == ["Acme"]
    assert Member.objects.get().email_address == ANN


def test_memberships_of_the_account_stand_beside_those_of_the_address(acme: Organization) -> None:
    member(organization("Globex"), MARRIED)
    assert names(discovers("1", MARRIED)) == ["Acme", "Globex"]


def test_where_two_members_could_be_meant_it_is_the_one_of_the_account(acme: Organization) -> None:
    ann, bob = Member.objects.get(), member(acme, MARRIED)
    found = discovers("1", MARRIED)
    assert [each.member for each in found.organizations] == [ann]
    assert enter(found.intermediate_session_token).member == ann
    assert Member.objects.get(pk=bob.pk).email_address == MARRIED


def stays_for_being_taken(of: Organization) -> None:
    member(of, MARRIED)


def stays_for_its_domain(of: Organization) -> None:
    Organization.objects.filter(pk=of.pk).update(email_allowed_domains=["else.example"])
    Member.objects.filter(email_address=ANN).update(email_address="ann@old.example")


Stays = Callable[[Organization], None]
STAYS = [stays_for_being_taken, stays_for_its_domain]


@pytest.mark.parametrize("stays", STAYS)
def test_an_address_that_can_not_follow_stays_and_they_get_in(
    acme: Organization, stays: Stays
) -> None:
    """As themselves, and their session says nothing of either address."""
    stays(acme)
    ann = Registration.objects.get().member
    found = discovers("1", MARRIED)
    assert names(found) == ["Acme"]
    finished = enter(found.intermediate_session_token)
    assert finished.session
    assert finished.member == ann
    assert Member.objects.get(pk=ann.pk).email_address == ann.email_address
    (factor,) = finished.session.factors
    assert (factor.email_verifying, factor.provenance) == (False, Provenance.NOBODY)
    assert AuditEvent.objects.get(action="member.address_differs").member_id == ann.pk
    with pytest.raises(ApiError, match="intermediate_session_not_found"):
        enter(found.intermediate_session_token, now=later(seconds=11))


@pytest.mark.parametrize("stays", STAYS)
def test_a_second_step_is_taken_with_the_same_token(acme: Organization, stays: Stays) -> None:
    stays(acme)
    Organization.objects.update(mfa_policy="REQUIRED_FOR_ALL")
    token = discovers("1", MARRIED).intermediate_session_token
    asked = enter(token)
    assert asked.mfa_required
    assert asked.intermediate_session_token == token
    held = Held(intermediate_session_token=token).resolve(now=NOW)
    finished = sign_in(
        member=asked.member, factors=(TOTP,), presented=held, joining=False, terms=Terms(), now=NOW
    )
    assert finished.session
    assert [each.type for each in finished.session.factors] == ["oauth", "totp"]


def test_a_proof_of_the_old_mailbox_is_none_of_the_new_one(acme: Organization) -> None:
    """A step that goes on as the member speaks of the member's address from then on."""
    stays_for_being_taken(acme)
    Organization.objects.update(mfa_policy="REQUIRED_FOR_ALL")
    member(organization("Globex"), MARRIED)
    ann = Registration.objects.get().member
    token = discovers("1", MARRIED, email_verifying=False).intermediate_session_token
    held = Held(intermediate_session_token=token).resolve(now=NOW)
    step = sign_in(
        member=ann, factors=(proof(ANN),), presented=held, joining=False, terms=Terms(), now=NOW
    )
    assert step.mfa_required
    row = IntermediateSession.objects.get()
    assert (row.email_address, step.intermediate_session_token) == (ANN, token)
    assert [each.provenance for each in row.factors] == [Provenance.NOBODY, Provenance.MAILBOX]
    again = discovery.list_organizations(intermediate_session_token=token, now=NOW)
    assert names(again) == ["Acme"]


def test_an_address_that_was_only_seen_moves_nothing(acme: Organization) -> None:
    assert enter(discovers("1", MARRIED, email_verifying=False).intermediate_session_token).session
    assert Member.objects.get().email_address == ANN


def test_the_switcher_shows_them_too_and_moves_no_address(acme: Organization) -> None:
    """In one place the address has followed, and not yet in the other."""
    globex = organization("Globex")
    member(globex, ANN)
    by_oauth(globex, "1", ANN)
    here = by_oauth(acme, "1", MARRIED)
    assert listed(here) == ["Acme", "Globex"]
    there = switch(here, "globex")
    assert there.session
    assert there.member.email_address == ANN
    assert there.session.factors[0].provenance == Provenance.NOBODY
    assert listed(there) == ["Acme", "Globex"]
    assert switch(there, "acme").session


# The address was given to somebody else.


def test_a_used_address_shows_and_enters_nothing_of_who_had_it_before(acme: Organization) -> None:
    found = discovers("2", ANN)
    assert names(found) == []
    with pytest.raises(ApiError, match="provider_account_mismatch"):
        enter(found.intermediate_session_token)
    event = AuditEvent.objects.get(outcome="provider_account_mismatch")
    ann = Member.objects.get()
    assert (event.action, event.member_id) == ("discovery.exchange", ann.pk)
    assert Registration.objects.get().subject == "1"


def test_nor_does_a_used_address_get_as_far_as_the_second_step(acme: Organization) -> None:
    """Which would name the phone of who had it before."""
    Organization.objects.update(mfa_policy="REQUIRED_FOR_ALL")
    token = discovers("2", ANN).intermediate_session_token
    with pytest.raises(ApiError, match="provider_account_mismatch"):
        enter(token)


def test_where_the_one_before_never_used_that_provider_the_address_leads_in(
    acme: Organization,
) -> None:
    """Nothing tells the two apart there."""
    member(organization("Globex"), ANN)
    assert names(discovers("2", ANN)) == ["Globex"]


def test_the_switcher_hides_them_too(acme: Organization) -> None:
    globex = organization("Globex")
    member(globex, ANN)
    here = by_oauth(globex, "2", ANN)
    assert listed(here) == ["Globex"]
    with pytest.raises(ApiError, match="provider_account_mismatch"):
        switch(here, "acme")
    event = AuditEvent.objects.get(outcome="provider_account_mismatch")
    assert (event.action, event.member_id) == ("session.exchange", Registration.objects.get(
        organization=acme).member_id)  # fmt: skip


# What is no such account.


@pytest.mark.parametrize(
    ("provider", "tenants"), [("github", ()), ("slack", ("T2",)), ("slack", ())]
)
def test_another_provider_or_workspace_counts_its_own(
    provider: str, tenants: tuple[str, ...]
) -> None:
    of = organization("Acme")
    member(of, ANN)
    by_oauth(of, "1", ANN, provider="slack", email_verifying=False, tenants=("T1",))
    said = {"email_verifying": False, "tenants": tenants}
    assert names(discovers("1", MARRIED, provider=provider, **said)) == []


def test_what_was_noted_without_a_workspace_is_nobodys_elsewhere() -> None:
    of = organization("Acme")
    member(of, ANN)
    slack: dict[str, Any] = {"provider": "slack", "email_verifying": False, "tenants": ("T1",)}
    by_oauth(of, "1", ANN, **slack)
    assert names(discovers("1", MARRIED, **slack)) == ["Acme"]
    Registration.objects.update(tenant="")
    assert names(discovers("1", MARRIED, **slack)) == []


def test_an_organizations_own_subject_is_nobodys_elsewhere(acme: Organization) -> None:
    """Its provider chooses it: it may be that of anybody's account at Google."""
    evil = organization("Evil", sso_jit_provisioning="ALL_ALLOWED")
    here = by_sso(connected(evil), "1", "me@evil.example")
    assert listed(here) == ["Evil"]
    with pytest.raises(ApiError, match="insufficient_factors_for_session_exchange"):
        switch(here, "acme")


def test_a_deleted_member_is_not_found_by_the_account(acme: Organization) -> None:
    members.delete(member=Member.objects.get(), now=NOW)
    assert names(discovers("1", MARRIED)) == []


def test_an_impersonated_session_leads_nowhere(acme: Organization) -> None:
    globex = organization("Globex")
    member(globex, MARRIED)
    here = by_oauth(globex, "1", MARRIED)
    assert here.session
    stored = here.session.factors_json
    here.session.factors_json = [*stored, {**TOTP.to_json(), "type": "impersonated"}]
    here.session.save()
    assert listed(here) == ["Globex"]


# No fact of one organization becomes one of the project.


def test_an_account_under_an_admins_address_says_nothing_of_that_address(
    acme: Organization,
) -> None:
    """The admin calls a member of theirs as the victim, who then comes by an account of theirs."""
    rules = {"email_jit_provisioning": "RESTRICTED", "email_allowed_domains": ["acme.example"]}
    open_ = organization("Open", **rules)
    member(open_, BOSS)
    evil = organization("Evil", **{**rules, "email_allowed_domains": []})
    mine = member(evil, "me@evil.example")
    by_oauth(evil, "9", "me@evil.example")
    members.update(member=mine, changes={"email_address": ANN}, now=NOW)
    Member.objects.filter(pk=mine.pk).update(
        email_address_verified=True, email_provenance=Provenance.ADMIN
    )
    here = by_oauth(evil, "9", "me@evil.example")
    assert here.session
    assert listed(here) == ["Evil"]
    for to in ("acme", "open"):
        with pytest.raises(ApiError, match="insufficient_factors_for_session_exchange"):
            switch(here, to)
    Organization.objects.filter(pk=evil.pk).update(mfa_policy="REQUIRED_FOR_ALL")
    step = by_oauth(evil, "9", "me@evil.example")
    token = step.intermediate_session_token
    again = discovery.list_organizations(intermediate_session_token=token, now=NOW)
    assert names(again) == ["Evil"]
    for to in ("acme", "open"):
        with pytest.raises(ApiError, match="invalid_intermediate_session_token"):
            enter(token, to)


def test_the_number_of_queries_does_not_grow(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        of = organization(f"Of account {number}")
        member(of, ANN)
        by_oauth(of, "1", ANN)
        member(organization(f"Of address {number}"), MARRIED)
    token = discovers("1", MARRIED).intermediate_session_token
    with django_assert_max_num_queries(6):
        found = discovery.list_organizations(intermediate_session_token=token, now=NOW)
    assert len(found.organizations) == 24


# Who is told where an address can't follow.


@pytest.mark.parametrize("stays", STAYS)
def test_the_admins_are_told_once(
    acme: Organization,
    stays: Stays,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    member(acme, BOSS, roles=["stytch_admin"])
    stays(acme)
    of = Registration.objects.get().member.email_address
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            enter(discovers("1", MARRIED).intermediate_session_token)
    (said,) = post.all_of(BOSS)
    assert of in said
    assert MARRIED not in said
    assert not post.all_of(of)


def test_mails_to_admins_are_folded_and_leave_their_own_notices(
    acme: Organization, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Twelve people of an office whose provider was moved to a domain that isn't allowed."""
    boss = member(acme, BOSS, roles=["stytch_admin"])
    Organization.objects.filter(pk=acme.pk).update(email_allowed_domains=["acme.example"])
    for number in range(12):
        member(acme, f"p{number}@acme.example")
        by_oauth(acme, f"s{number}", f"p{number}@acme.example")
        with django_capture_on_commit_callbacks(execute=True):
            enter(discovers(f"s{number}", f"p{number}@new.example").intermediate_session_token)
    mails = post.all_of(BOSS)
    assert len(mails) == 4
    assert "More email addresses differ" in mails[-1]
    notices.tell(boss, notices.TOTP_REMOVED, now=NOW)
    assert "authenticator" in post.all_of(BOSS)[-1]


def test_only_admins_with_a_proven_address_are_told_and_five_at_most(
    acme: Organization, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for number in range(7):
        fields = {"verified": number > 0, "roles": ["stytch_admin"]}
        member(acme, f"admin{number}@acme.example", **fields)
    member(acme, BOSS)
    member(organization("Other"), "else@acme.example", roles=["stytch_admin"])
    stays_for_being_taken(acme)
    with django_capture_on_commit_callbacks(execute=True):
        enter(discovers("1", MARRIED).intermediate_session_token)
    told = {each.to[0] for each in mail.outbox}
    assert len(told) == len(mail.outbox) == 5
    assert told < {f"admin{number}@acme.example" for number in range(1, 7)}
