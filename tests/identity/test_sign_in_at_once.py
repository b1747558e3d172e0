"""Several ways in of one member at the same moment: each leaves its note."""

from functools import partial

import pytest

from identity.models import Member
from identity.oidc import Identity
from identity.operations.accounts import oauth_factor, sso_factor
from identity.operations.sign_in import Finished
from tests.identity.arriving import connected
from tests.identity.people import ALICE, NOW, member, organization, signed_in
from tests.identity.threads import held_up

pytestmark = pytest.mark.django_db(transaction=True)


def at(provider: str) -> Identity:
    return Identity(f"alice at {provider}", ALICE, email_verifying=True)


def test_of_two_providers_both_are_noted() -> None:
    """Each sign-in starts from what the other has written, or one account would be forgotten."""
    alice = member(organization())

    def by(provider: str) -> Finished:
        return signed_in(alice, oauth_factor(at(provider), provider=provider, now=NOW))

    held_up(Member.objects.all(), [partial(by, "google"), partial(by, "github")])
    noted = {each["provider_type"] for each in Member.objects.get().oauth_registrations}
    assert noted == {"Google", "GitHub"}


def test_of_two_connections_both_are_noted() -> None:
    alice = member(organization())

    def by(connection_id: str) -> Finished:
        return signed_in(alice, sso_factor(at(connection_id), connection_id=connection_id, now=NOW))

    one, two = (connected(alice.organization).pk for _ in range(2))
    held_up(Member.objects.all(), [partial(by, one), partial(by, two)])
    noted = {each["connection_id"] for each in Member.objects.get().sso_registrations}
    assert noted == {one, two}
