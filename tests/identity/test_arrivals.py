"""People at a provider are found by their account there, whatever address it has today."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from identity.errors import ApiError
from identity.models import (
    AuditEvent,
    Member,
    MemberSession,
    OIDCConnection,
    Organization,
    Registration,
)
from identity.operations import connections, exchange, members
from identity.operations.mailbox import Held
from identity.operations.sign_in import Finished, Terms, sign_in
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.arriving import ANN, MARRIED, by_oauth, by_sso, connected
from tests.identity.people import NOW, TOTP, later, member, organization, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(db: None) -> Organization:
    return organization(sso_jit_provisioning="ALL_ALLOWED")


Come = Callable[[str, str], Finished]


@pytest.fixture(params=["sso", "google"])
def come(request: pytest.FixtureRequest, acme: Organization) -> Come:
    """Back from the provider as `sub` with `address`; by either kind alike."""
    if request.param == "google":
        return lambda sub, address: by_oauth(acme, sub, address)
    connection = connected(acme)
    return lambda sub, address: by_sso(connection, sub, address)


def ann(of: Organization) -> Member:
    return member(of, ANN)


def test_a_new_surname_is_the_same_person(
    acme: Organization,
    come: Come,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """(QUALITY 76)"""
    before = ann(acme)
    come("1", ANN)
    with django_capture_on_commit_callbacks(execute=True):
        finished = come("1", MARRIED)
    assert finished.session
    after = Member.objects.get()
    assert (after.pk, after.email_address, after.email_address_verified) == (
        before.pk,
        MARRIED,
        True,
    )
    assert after.retired_email_addresses[0]["email_address"] == ANN
    assert "changed" in post.newest(ANN).subject
    assert come("1", MARRIED).session


def test_an_address_that_was_given_to_somebody_else_lets_nobody_in(
    acme: Organization, come: Come
) -> None:
    """(QUALITY 76)"""
    before = ann(acme)
    come("1", ANN)
    with pytest.raises(ApiError, match="provider_account_mismatch"):
        come("2", ANN)
    assert Registration.objects.get().subject == "1"
    assert MemberSession.objects.count() == 1
    event = AuditEvent.objects.get(outcome="provider_account_mismatch")
    assert (event.member_id, event.organization_id) == (before.pk, acme.pk)


def test_once_the_one_before_has_moved_on_the_address_is_free_again(
    acme: Organization, come: Come
) -> None:
    ann(acme)
    come("1", ANN)
    come("1", MARRIED)
    Organization.objects.update(
        email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )
    acme.refresh_from_db()
    newcomer = come("2", ANN).member
    assert newcomer.email_address == ANN
    assert come("1", MARRIED).member != newcomer


def test_an_address_somebody_has_is_not_taken(acme: Organization, come: Come) -> None:
    """The old one stays, and the record tells the admin, once."""
    before = ann(acme)
    bob = member(acme, MARRIED)
    come("1", ANN)
    for _ in range(2):
        finished = come("1", MARRIED)
        assert finished.session
        assert finished.member.pk == before.pk
    before.refresh_from_db()
    bob.refresh_from_db()
    assert (before.email_address, bob.email_address) == (ANN, MARRIED)
    event = AuditEvent.objects.get(action="member.address_differs")
    assert (event.member_id, event.outcome) == (before.pk, "duplicate_member_email")
    assert event.details["email_address"] == "a***@acme.example"
    said = finished.session.factors[-1]
    assert (said.email_verifying, said.provenance) == (False, "")


@pytest.mark.parametrize(
    ("address", "follows"),
    [("ann@acme.example", True), ("ann@new.example", True), ("ann@else.example", False)],
)
def test_it_follows_within_the_domains_that_are_allowed(
    acme: Organization, come: Come, address: str, follows: bool
) -> None:
    ann(acme)
    come("1", ANN)
    Organization.objects.update(email_allowed_domains=["new.example"])
    acme.refresh_from_db()
    come_again = come("1", address)
    assert come_again.session
    assert (Member.objects.get().email_address == address) == follows


def test_what_an_admin_has_set_since_is_left_alone(acme: Organization, come: Come) -> None:
    """Only a change at the provider is followed."""
    before = ann(acme)
    come("1", ANN)
    changed = members.update(member=before, changes={"email_address": "a@acme.example"}, now=NOW)
    come("1", ANN)
    changed.refresh_from_db()
    assert (changed.email_address, changed.email_address_verified) == ("a@acme.example", False)


@pytest.mark.parametrize("said", [{"email_verifying": False}, {"email_doubted": True}])
def test_an_oauth_provider_that_vouches_for_nothing_moves_no_address(
    acme: Organization, said: dict[str, bool]
) -> None:
    """And the login says nothing of the address that the member has."""
    ann(acme)
    by_oauth(acme, "1", ANN)
    finished = by_oauth(acme, "1", "boss@corp.example", **{"email_verifying": False, **said})
    assert Member.objects.get().email_address == ANN
    assert finished.session
    assert finished.session.factors[-1].provenance == ""


def test_a_known_account_needs_no_mailbox_where_the_provider_doubts_the_address(
    acme: Organization,
) -> None:
    """It came with a proof the first time."""
    ann(acme)
    doubted = {"email_verifying": False, "email_doubted": True, "provider": "microsoft"}
    assert by_oauth(acme, "1", ANN, **doubted).session is None
    assert not Registration.objects.exists()
    by_oauth(acme, "1", ANN, provider="microsoft")
    again = by_oauth(acme, "1", ANN, **doubted)
    assert again.session
    assert again.session.factors[-1].provenance == ""


def test_a_subject_of_another_connection_is_another_person(acme: Organization) -> None:
    first, second = connected(acme), connected(acme)
    ann(acme)
    by_sso(first, "1", ANN)
    bob = member(acme, "bob@acme.example")
    assert by_sso(second, "1", "bob@acme.example").member.pk == bob.pk
    assert Registration.objects.count() == 2


def test_a_subject_of_another_workspace_is_another_person(acme: Organization) -> None:
    """Slack's are counted in each workspace."""
    ann(acme)
    member(acme, "bob@acme.example")
    slack = {"provider": "slack", "email_verifying": False}
    by_oauth(acme, "U1", ANN, tenants=("T1",), **slack)
    assert by_oauth(acme, "U1", ANN, tenants=("T1",), **slack).session
    other = by_oauth(acme, "U1", "bob@acme.example", tenants=("T2",), **slack)
    assert other.member.email_address == "bob@acme.example"
    second = by_oauth(acme, "U2", ANN, tenants=("T2",), **slack)
    assert second.member.email_address == ANN


def test_what_was_noted_before_workspaces_were_is_completed(acme: Organization) -> None:
    ann(acme)
    slack = {"provider": "slack", "email_verifying": False}
    by_oauth(acme, "U1", ANN, tenants=("T1",), **slack)
    Registration.objects.update(tenant="")
    by_oauth(acme, "U1", ANN, tenants=("T1",), **slack)
    assert Registration.objects.get().tenant == "T1"


def test_a_deleted_member_frees_the_account(acme: Organization, come: Come) -> None:
    Organization.objects.update(
        email_jit_provisioning="RESTRICTED", email_allowed_domains=["acme.example"]
    )
    acme.refresh_from_db()
    member(acme, "colleague@acme.example")
    gone = ann(acme)
    come("1", ANN)
    members.delete(member=gone, now=NOW)
    gone.refresh_from_db()
    assert (gone.sso_registrations, gone.oauth_registrations) == ([], [])
    back = come("1", ANN)
    assert back.session
    assert back.member.pk != gone.pk


def test_a_deleted_connection_takes_its_accounts_along(acme: Organization) -> None:
    first, second = connected(acme), connected(acme)
    ann(acme)
    for each in (first, second):
        by_sso(each, "1", ANN)
    connections.delete(organization=acme, connection_id=first.pk, now=NOW)
    (left,) = Member.objects.get().sso_registrations
    assert left["connection_id"] == second.pk
    assert Registration.objects.count() == 1
    assert by_sso(connected(acme), "moved", ANN).session


def test_an_admin_lets_a_person_in_whose_subject_changed(
    api: Api, acme: Organization, come: Come
) -> None:
    """As when a provider is moved, or its subjects are pairwise and the client is a new one."""
    before = ann(acme)
    session = come("1", ANN)
    place = f"/b2b/organizations/{acme.pk}/members/registrations"
    (row,) = Registration.objects.all()
    other = organization("Other")
    elsewhere = f"/b2b/organizations/{other.pk}/members/registrations/{row.pk}"
    refused(api.delete(elsewhere), 404, "registration_not_found")
    body = api.delete(f"{place}/{row.pk}").json()
    assert body["member"]["sso_registrations"] == body["member"]["oauth_registrations"] == []
    event = AuditEvent.objects.get(action="member.delete_registration")
    assert event.member_id == before.pk
    # A factor that comes to the old session doesn't bring the account back.
    held = Held(session_token=session.session_token).resolve(now=NOW)
    sign_in(member=before, factors=(TOTP,), presented=held, joining=False, terms=Terms(), now=NOW)
    assert not Registration.objects.exists()
    assert come("2", ANN).member.pk == before.pk
    with pytest.raises(ApiError, match="provider_account_mismatch"):
        come("1", ANN)


def test_a_member_by_themselves_removes_nobody_elses(api: Api, acme: Organization) -> None:
    by_sso(connected(acme), "1", ann(acme).email_address)
    (row,) = Registration.objects.all()
    bob = signed_in(member(acme, "bob@acme.example"), now=later())
    path = f"/b2b/organizations/{acme.pk}/members/registrations/{row.pk}"
    answer = api.call("DELETE", path, headers={"X-Stytch-Member-Session": bob.session_token})
    assert answer.status_code in {403, 404}
    assert Registration.objects.exists()


def test_another_account_is_refused_where_the_session_is_exchanged(acme: Organization) -> None:
    """The address was given on, and the previous person is still a member elsewhere."""
    other = organization("Other")
    member(other, ANN)
    by_oauth(other, "1", ANN)
    ann(acme)
    session = by_oauth(acme, "2", ANN)
    with pytest.raises(ApiError, match="provider_account_mismatch"):
        exchange.exchange(
            organization_id="other", session_token=session.session_token, terms=Terms(), now=NOW
        )


def test_a_step_begun_by_a_connection_that_is_gone_leads_nowhere(acme: Organization) -> None:
    """As does what the factor of its session could still say."""
    connection = connected(acme)
    Organization.objects.update(mfa_policy="REQUIRED_FOR_ALL")
    ann(acme)
    step = by_sso(OIDCConnection.objects.get(pk=connection.pk), "1", ANN)
    assert step.mfa_required
    connections.delete(organization=acme, connection_id=connection.pk, now=NOW)
    held = Held(intermediate_session_token=step.intermediate_session_token).resolve(now=NOW)
    with pytest.raises(ApiError, match="sso_connection_not_found"):
        sign_in(
            member=step.member,
            factors=(TOTP,),
            presented=held,
            joining=False,
            terms=Terms(),
            now=NOW,
        )
