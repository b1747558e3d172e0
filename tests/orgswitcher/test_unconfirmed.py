"""A membership that only its organization speaks of is chosen by the person, or not entered."""

import pytest
from django.test import Client

from identity.models import Member, Organization
from identity.operations import members
from identity.operations.colleagues import have_proven
from identity.operations.discovery import list_organizations
from identity.provenance import Provenance
from tests.identity.arriving import by_sso, connected
from tests.identity.people import NOW, member, organization
from tests.signing_in import choose, prove

pytestmark = pytest.mark.django_db

PERSON, COLLEAGUE = "person@corp.example", "colleague@corp.example"
SAYS_SO = "Corp Inc. says you’re a member"


@pytest.fixture
def evil() -> Organization:
    """Named like the person's employer, by somebody else."""
    return organization("Corp Inc.", sso_jit_provisioning="ALL_ALLOWED")


def by_its_own_provider(of: Organization) -> None:
    by_sso(connected(of), "1", PERSON)


def by_its_admin(of: Organization) -> None:
    member(of, PERSON, provenance=Provenance.ADMIN)


def by_its_backend(of: Organization) -> None:
    member(of, PERSON, verified=False)


@pytest.mark.parametrize("made", [by_its_own_provider, by_its_admin, by_its_backend])
def test_nobody_lands_in_an_organization_by_its_word_alone(
    client: Client, evil: Organization, made
) -> None:
    made(evil)
    assert prove(client, PERSON)["Location"] == "/organizations"
    page = client.get("/organizations").content.decode()
    assert SAYS_SO in page
    assert "Your organizations" not in page
    assert client.get("/")["Location"].startswith("/login")
    assert not have_proven(evil, COLLEAGUE)


def test_who_chooses_it_is_in_and_is_asked_no_more(client: Client, evil: Organization) -> None:
    by_its_own_provider(evil)
    prove(client, PERSON)
    assert choose(client, "Corp Inc.")["Location"] == "/"
    assert have_proven(evil, COLLEAGUE)
    again = Client()
    assert prove(again, PERSON)["Location"] == "/"
    assert "You’re in Corp Inc." in again.get("/").content.decode()


def test_an_address_that_an_admin_has_changed_is_their_word_again(
    client: Client, evil: Organization
) -> None:
    theirs = member(evil, "mallory@evil.example")
    members.update(member=theirs, changes={"email_address": PERSON}, now=NOW)
    Member.objects.filter(pk=theirs.pk).update(email_address_verified=True)
    assert prove(client, PERSON)["Location"] == "/organizations"


def test_in_their_own_session_of_it_a_person_is_a_member(evil: Organization) -> None:
    finished = by_sso(connected(evil), "1", PERSON)
    [row] = list_organizations(session_token=finished.session_token, now=NOW).organizations
    assert not row.is_unconfirmed
