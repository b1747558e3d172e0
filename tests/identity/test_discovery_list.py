"""What the holder of a token is shown, and what showing it leaves alone (CONTRACT 2.2)."""

import pytest

from identity.errors import ApiError
from identity.factors import Factor
from identity.models import IntermediateSession, MemberSession
from identity.operations.discovery import Listing, list_organizations
from tests.identity.people import ALICE, NOW, TOTP, begun, member, organization, proof, signed_in

pytestmark = pytest.mark.django_db


def listing(**token: str) -> Listing:
    return list_organizations(**token, now=NOW)


def test_a_session_lists_memberships_only_and_asks_for_nothing_at_home() -> None:
    """CONTRACT 2.2."""
    alice = signed_in(member(organization(mfa_policy="REQUIRED_FOR_ALL")), proof(), TOTP)
    member(organization("Globex", mfa_policy="REQUIRED_FOR_ALL"))
    umbrella = {"email_jit_provisioning": "RESTRICTED", "email_allowed_domains": ["acme.example"]}
    member(organization("Umbrella", **umbrella), "bob@acme.example")
    for token in ("session_token", "session_jwt"):
        told = listing(**{token: getattr(alice, token)})
        assert (told.email_address, told.hint) == (ALICE, "")
        names = {each.organization.organization_name: each for each in told.organizations}
        assert set(names) == {"Acme", "Globex"}
        assert names["Acme"].member_authenticated
        assert names["Globex"].mfa_required


def test_listing_changes_nothing() -> None:
    alice, token = signed_in(member(organization())), begun()
    before = [list(model.objects.values()) for model in (MemberSession, IntermediateSession)]
    listing(session_token=alice.session_token)
    listing(intermediate_session_token=token)
    after = [list(model.objects.values()) for model in (MemberSession, IntermediateSession)]
    assert before == after


def test_the_hint_is_where_an_intermediate_was_born() -> None:
    acme = organization()
    alice = member(acme)
    born = begun(ALICE, proof(), organization=acme, member=alice)
    assert listing(intermediate_session_token=born).hint == acme.organization_id
    assert listing(intermediate_session_token=begun()).hint == ""


def test_what_counts_in_one_organization_alone_discovers_nothing() -> None:
    """CONTRACT 5.6: an intermediate born of a password or SSO."""
    acme = organization()
    password = Factor("password", "knowledge", NOW)
    token = begun(ALICE, password, organization=acme, member=member(acme))
    with pytest.raises(ApiError, match="invalid_intermediate_session_token_for_organization"):
        listing(intermediate_session_token=token)


def test_a_token_is_needed() -> None:
    with pytest.raises(ApiError, match="no_session_arguments"):
        listing()
