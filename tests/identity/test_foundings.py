"""How many organizations a person may found: once by a sign-in, and so many in a day."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from identity.errors import ApiError
from identity.models import Organization
from identity.operations import work_allowances
from identity.operations.discovery import create_organization
from identity.operations.presented import intermediate_by_token
from identity.operations.sign_in import Finished, Terms, sign_in
from identity.visitors import Visitor
from tests.identity.api import Api, refused
from tests.identity.people import ALICE, NOW, begun, proof
from tests.identity.test_discovery import GITHUB

pytestmark = pytest.mark.django_db


def found(token: str, *, address: str = "192.0.2.1", **fields: Any) -> Finished:
    return create_organization(
        intermediate_session_token=token,
        fields=fields,
        visitor=Visitor(address),
        terms=Terms(),
        now=NOW,
    )


def test_a_sign_in_that_still_has_to_prove_the_mailbox_founds_once() -> None:
    token = begun(ALICE, GITHUB)
    assert found(token, organization_name="Brand 1").primary_required
    with pytest.raises(ApiError, match="organization_already_founded"):
        found(token, organization_name="Brand 2")
    assert Organization.objects.count() == 1


def test_nor_does_one_whose_own_rules_ask_for_more() -> None:
    token = begun()
    assert found(token, mfa_policy="REQUIRED_FOR_ALL").mfa_required
    with pytest.raises(ApiError, match="organization_already_founded"):
        found(token)


def test_the_mailbox_then_opens_the_one_it_founded() -> None:
    token = begun(ALICE, GITHUB)
    founded = found(token, organization_name="Brand")
    entered = sign_in(
        member=founded.member,
        factors=(proof(),),
        presented=intermediate_by_token(token, now=NOW),
        joining=True,
        terms=Terms(),
        now=NOW,
    )
    assert entered.session
    assert entered.member.status == "active"


def test_what_is_refused_may_be_tried_again() -> None:
    found(begun("bob@acme.example"), organization_name="Hooli", organization_slug="hooli")
    token = begun(ALICE, GITHUB)
    with pytest.raises(ApiError, match="organization_slug_already_used"):
        found(token, organization_name="Hooli", organization_slug="hooli")
    assert found(token, organization_name="Hooli", organization_slug="hooli-2").organization


def test_an_address_founds_so_many_in_a_day() -> None:
    for turn in range(work_allowances.FOUNDINGS):
        found(begun(), address=f"192.0.2.{turn}")
    with pytest.raises(ApiError, match="too_many_requests"):
        found(begun(), address="198.51.100.1")
    assert Organization.objects.count() == work_allowances.FOUNDINGS


def test_so_does_a_block_of_network_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_allowances, "FOUNDINGS_PER_CLIENT", 3)
    for turn in range(3):
        found(begun(f"person{turn}@acme.example"))
    with pytest.raises(ApiError, match="too_many_requests"):
        found(begun("person3@acme.example"))
    assert found(begun("person4@acme.example"), address="198.51.100.1")


def test_an_unknown_token_spends_nothing(api: Api) -> None:
    path = "/b2b/discovery/organizations/create"
    for _ in range(work_allowances.FOUNDINGS + 1):
        refused(
            api.post(path, intermediate_session_token="x" * 43),
            404,
            "intermediate_session_not_found",
        )


def test_where_backends_alone_create_organizations_nobody_founds_one(
    api: Api, settings: Settings
) -> None:
    """The contract's name for it; a backend still makes them."""
    settings.CREATE_ORGANIZATIONS = False
    token = begun("jo@hooli.example", now=timezone.now())
    path = "/b2b/discovery/organizations/create"
    refusal = api.post(path, intermediate_session_token=token)
    assert (refusal.status_code, refusal.json()["error_type"]) == (
        401,
        "endpoint_not_authorized_for_sdk",
    )
    assert not Organization.objects.exists()
    assert api.organization("Made")["organization_id"]
    settings.CREATE_ORGANIZATIONS = True
    assert api.post(path, intermediate_session_token=token).json()["member_authenticated"]
