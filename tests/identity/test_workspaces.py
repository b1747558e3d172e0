"""A workspace's admin writes any address into an account: another workspace is somebody else."""

import pytest

from identity.models import Organization, Registration
from identity.oidc import Identity
from identity.operations import discovery
from identity.operations.accounts import oauth_factor
from identity.operations.presented import intermediate_by_token
from identity.operations.sign_in import Finished, Terms, sign_in
from identity.policy import EMAIL_VERIFYING
from tests.identity.arriving import by_oauth
from tests.identity.people import ALICE, NOW, begun, member, organization, proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def corp() -> Organization:
    """Alice's account of her own workspace is noted."""
    corp = organization("Corp")
    member(corp)
    assert by_slack(corp, "U1", "T-CORP").session
    return corp


def by_slack(of: Organization, subject: str, *tenants: str) -> Finished:
    said = {"email_verifying": False, "tenants": tenants}
    return by_oauth(of, subject, ALICE, provider="slack", **said)


def proven(waiting: Finished) -> Finished:
    held = intermediate_by_token(waiting.intermediate_session_token, now=NOW)
    return sign_in(
        member=waiting.member,
        factors=(proof(),),
        presented=held,
        joining=False,
        terms=Terms(),
        now=NOW,
    )


@pytest.mark.parametrize("tenants", [("T-EVIL",), ()])
def test_an_account_of_another_workspace_has_to_prove_the_mailbox(
    corp: Organization, tenants: tuple[str, ...]
) -> None:
    waiting = by_slack(corp, "U2", *tenants)
    assert not waiting.session
    assert waiting.primary_required == EMAIL_VERIFYING
    assert Registration.objects.count() == 1


def test_who_has_proven_it_once_comes_in_by_either(corp: Organization) -> None:
    assert proven(by_slack(corp, "U2", "T-SECOND")).session
    assert by_slack(corp, "U2", "T-SECOND").session
    assert by_slack(corp, "U1", "T-CORP").session


def test_nor_does_it_come_in_from_the_list_of_organizations(corp: Organization) -> None:
    identity = Identity("U2", ALICE, email_verifying=False, tenants=("T-EVIL",))
    factor = oauth_factor(identity, provider="slack", now=NOW)
    entered = discovery.exchange(
        intermediate_session_token=begun(ALICE, factor),
        organization_id=corp.pk,
        terms=Terms(),
        now=NOW,
    )
    assert not entered.session
    assert entered.primary_required == EMAIL_VERIFYING
