"""Who proves a member's address first isn't always who had the member before."""

import pytest

from identity.errors import ApiError
from identity.models import IntermediateSession, Member, MemberSession
from identity.operations import kept_passwords, member_changes, passwords, presented, provisioning
from identity.operations.mailbox import Held
from identity.operations.sign_in import Finished, Terms, sign_in
from identity.provenance import Provenance
from tests.identity.arriving import by_sso, connected
from tests.identity.people import (
    NOW,
    begun,
    later,
    member,
    organization,
    proof,
    signed_in,
)

MALLORY, CEO = "mallory@corp.example", "ceo@corp.example"
PASSWORD = "umber walrus 41 sandwich"
SOON = later(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def before() -> Finished:
    """Mallory's session, by the organization's provider, of who has another address now."""
    corp = organization("Corp", sso_jit_provisioning="ALL_ALLOWED", email_invites="ALL_ALLOWED")
    finished = by_sso(connected(corp), "m", MALLORY)
    moved(finished.member)
    return finished


def moved(whom: Member, to: str = CEO) -> None:
    """By an admin, or by the backend."""
    today = Member.objects.select_related("organization").get(pk=whom.pk)
    member_changes.update(member=today, changes={"email_address": to}, now=NOW)


def lives(finished: Finished) -> bool:
    try:
        presented.session_by_token(finished.session_token, now=SOON)
    except ApiError:
        return False
    return True


def set_password(by: Finished) -> None:
    """The member has no proof of the address: it is kept, and leads nowhere yet."""
    passwords.reset_by_session(
        organization_id=by.member.organization_id,
        password=PASSWORD,
        held=Held(session_token=by.session_token),
        terms=Terms(),
        now=NOW,
    )


def test_the_sessions_of_before_end_with_the_first_proof(before: Finished) -> None:
    begun(MALLORY, organization=before.member.organization, member=before.member)
    assert lives(before)
    ceo = signed_in(before.member, proof(CEO, now=SOON), now=SOON)
    assert ceo.session
    assert not lives(before)
    assert lives(ceo)
    assert not IntermediateSession.objects.exists()


def test_a_password_that_was_set_without_a_proof_goes(before: Finished) -> None:
    set_password(before)
    assert kept_passwords.of(Member.objects.get())
    signed_in(before.member, proof(CEO, now=SOON), now=SOON)
    assert Member.objects.get().member_password_id == ""
    assert not kept_passwords.of(Member.objects.get())


def test_who_proves_it_in_the_session_at_hand_keeps_that_one(before: Finished) -> None:
    other = MemberSession.objects.get()
    other.pk, other.token_hash = "another", "another"
    other.save(force_insert=True)
    finished = sign_in(
        member=before.member,
        factors=(proof(CEO, now=SOON),),
        presented=presented.session_by_token(before.session_token, now=SOON),
        joining=False,
        terms=Terms(),
        now=SOON,
    )
    assert finished.session == before.session
    assert lives(finished)
    other.refresh_from_db()
    assert other.revoked_at == SOON


def test_a_second_proof_ends_nothing(before: Finished) -> None:
    ceo = signed_in(before.member, proof(CEO, now=SOON), now=SOON)
    signed_in(before.member, proof(CEO, now=SOON), now=SOON)
    assert lives(ceo)


def test_addresses_that_nobody_proved_are_not_taken_from_their_owners(before: Finished) -> None:
    """However many of them a member has been given one after the other."""
    corp = before.member.organization
    moved(before.member, "cfo@corp.example")
    moved(before.member, MALLORY)
    today = Member.objects.get(pk=before.member.pk)
    retired = [each["email_address"] for each in today.retired_email_addresses]
    assert retired == [MALLORY]
    for address in (CEO, "cfo@corp.example"):
        invited = provisioning.invite(organization=corp, email_address=address, fields={}, now=NOW)
        assert invited.email_address == address


def test_an_imported_password_stays_when_its_owner_comes_first() -> None:
    """The backend's word stands behind it; and nobody was here before."""
    alice = member(organization(), verified=False)
    kept_passwords.keep(alice, hashed="hashed", provenance=Provenance.ADMIN, now=NOW)
    signed_in(alice)
    assert kept_passwords.of(Member.objects.get()) == "hashed"
