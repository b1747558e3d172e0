"""What organizations are found by: an id is only ever an id, and every other name is somebody's."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from identity.models import Organization
from identity.operations import slugs
from tests.identity.api import Api, refused
from tests.identity.idp import LANDING, start
from tests.identity.people import NOW, begun

PATH = "/b2b/organizations"
CREATE = "/b2b/discovery/organizations/create"
AN_ID = "organization-test-11111111-2222-4333-8444-555555555555"
LIKE_IDS = [AN_ID, AN_ID.upper(), AN_ID.replace("test", "live"), "Organization-Test-1"]


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization("Acme", organization_slug="acme", organization_external_id="crm-1")


def found(api: Api, identifier: str) -> str:
    return str(api.get(f"{PATH}/{identifier}").json()["organization"]["organization_name"])


@pytest.mark.parametrize("like_an_id", LIKE_IDS)
def test_nothing_that_looks_like_an_id_is_taken_for_a_name(api: Api, like_an_id: str) -> None:
    """At each door that writes one: creating, changing, founding (QUALITY 74)."""
    slug, external_id = {"organization_slug": like_an_id}, {"organization_external_id": like_an_id}
    other = api.organization("Other")["organization_id"]
    doors = (
        lambda name: api.post(PATH, organization_name="Evil", **name),
        lambda name: api.put(f"{PATH}/{other}", **name),
        lambda name: api.post(CREATE, intermediate_session_token=begun(now=timezone.now()), **name),
    )
    for door in doors:
        refused(door(slug), 400, "invalid_organization_slug")
        assert (
            "organization_external_id"
            in refused(door(external_id), 400, "bad_request")["error_message"]
        )
    assert Organization.objects.count() == 1


def test_a_row_from_before_is_not_found_by_what_looks_like_an_id(
    api: Api, acme: dict[str, Any]
) -> None:
    evil = api.organization("Evil")["organization_id"]
    gone = f"organization-test-{uuid4()}"
    Organization.objects.filter(pk=evil).update(organization_slug=gone)
    refused(api.get(f"{PATH}/{gone}"), 404, "organization_not_found")


@pytest.mark.parametrize("taken", ["acme", "ACME", "crm-1", "Crm-1"])
def test_a_name_is_one_organizations_whatever_kind_and_case(
    api: Api, acme: dict[str, Any], taken: str
) -> None:
    """(QUALITY 74)"""
    other = api.organization("Other")["organization_id"]
    for kind in ("organization_slug", "organization_external_id"):
        error = f"{kind}_already_used"
        refused(api.post(PATH, organization_name="Evil", **{kind: taken}), 400, error)
        refused(api.put(f"{PATH}/{other}", **{kind: taken}), 400, error)
        body = {"intermediate_session_token": begun(now=timezone.now()), kind: taken}
        refused(api.post(CREATE, **body), 400, error)
    assert found(api, taken) == "Acme"


def test_one_organization_may_have_one_name_as_both(api: Api) -> None:
    """It leads to the same place; many backends use their slug as external id."""
    both = {"organization_slug": "globex", "organization_external_id": "Globex"}
    globex = api.organization("Globex", **both)["organization_id"]
    assert found(api, "GLOBEX") == "Globex"
    api.delete(f"{PATH}/{globex}/external_id")
    assert found(api, "globex") == "Globex"


@pytest.mark.parametrize("identifier", ["acme", "Acme", "ACME", "crm-1", "CRM-1"])
def test_names_are_found_in_any_case(api: Api, acme: dict[str, Any], identifier: str) -> None:
    assert found(api, identifier) == "Acme"
    assert found(api, acme["organization_id"].upper()) == "Acme"


@pytest.mark.parametrize("look_alike", ["ac\u212ae", "\u017flug", "ａcme"])
def test_letters_that_only_look_alike_are_others(api: Api, look_alike: str) -> None:
    """`lower()` makes a k of the KELVIN SIGN, casefold() an s of a long one."""
    api.organization("Kelvin", organization_slug="acke")
    api.organization("Long", organization_slug="slug")
    refused(api.get(f"{PATH}/{look_alike}"), 404, "organization_not_found")


def test_the_database_itself_refuses_a_second_one(api: Api, acme: dict[str, Any]) -> None:
    for name in ("ACME", "Crm-1", AN_ID):
        stolen = Organization(
            organization_name="Evil", organization_slug=name, created_at=NOW, updated_at=NOW
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            stolen.save()
    assert Organization.objects.count() == 1


@pytest.mark.parametrize("name", ["Acme", "CRM-1", "crm 1", "Organization Test 5", "!", "x"])
def test_a_slug_nobody_typed_is_one_that_may_be_kept(
    api: Api, acme: dict[str, Any], name: str
) -> None:
    made = slugs.free_slug(name)
    assert found(api, api.organization("Made", organization_slug=made)["organization_id"]) == "Made"
    assert api.organization(name)["organization_slug"]


@pytest.mark.parametrize("kind", ["organizations", "members"])
def test_a_search_by_slug_reads_any_case_and_slugs_alone(
    api: Api, acme: dict[str, Any], kind: str
) -> None:
    globex = api.organization("Globex", organization_slug="Globex")
    api.member(acme, "a@acme.example")
    within = [acme["organization_id"], globex["organization_id"]]
    path, by, more = {
        "organizations": ("/search", "organization_slugs", {}),
        "members": ("/members/search", "organization_slug", {"organization_ids": within}),
    }[kind]

    def count(*wanted: str) -> int:
        operand = {"filter_name": by, "filter_value": list(wanted)}
        query = {"operator": "AND", "operands": [operand]}
        answer = api.post(f"{PATH}{path}", query=query, **more).json()
        return int(answer["results_metadata"]["total"])

    assert count("ACME") == 1
    assert count("crm-1") == 0
    assert count("acme", "GLOBEX") == (2 if kind == "organizations" else 1)


@pytest.mark.parametrize("door", ["/b2b/public/oauth/google/start", "/public/sso/start"])
def test_strangers_learn_no_external_ids(
    api: Api, acme: dict[str, Any], door: str, settings: Settings
) -> None:
    settings.OAUTH_CLIENTS = {"google": ("us", "secret")}
    settings.REDIRECT_URLS = [LANDING]
    there = start(Client(), door, slug="ACME", login_redirect_url=LANDING)
    assert b"organization_not_found" not in there.content
    for where in (
        {"slug": "nobody"}, {"slug": "crm-1"}, {"slug": "CRM-1"}, {"slug": acme["organization_id"]},
        {"organization_id": "crm-1"}, {"organization_id": "acme"},
    ):  # fmt: skip
        gone = start(Client(), door, login_redirect_url=LANDING, **where)
        refused(gone, 404, "organization_not_found")
