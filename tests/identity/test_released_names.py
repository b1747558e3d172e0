"""A name that was given up is kept for a while: links and bookmarks still name it."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django import Settings

from identity.errors import ApiError
from identity.models import Organization, OrganizationName
from identity.models.organization_name import KEPT, MOST_KEPT
from identity.operations import organizations, purging, slugs
from tests.identity.api import Api, refused
from tests.identity.people import NOW, organization
from tests.identity.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PATH = "/b2b/organizations"
GONE = {"renamed": "acme", "deleted": "acme", "external id": "crm-1", "its external id": "crm-1"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def acme(api: Api) -> dict[str, Any]:
    return api.organization("Acme", organization_slug="acme", organization_external_id="crm-1")


def given_up(api: Api, acme: dict[str, Any], how: str) -> str:
    """The name, after its organization has let go of it."""
    path = f"{PATH}/{acme['organization_id']}"
    if how == "renamed":
        answer = api.put(path, organization_slug="acme-inc")
    elif how == "external id":
        answer = api.delete(f"{path}/external_id")
    else:
        answer = api.delete(path)
    assert answer.status_code == 200, answer.content
    return GONE[how]


def takes(api: Api, name: str) -> set[int]:
    """What somebody else is answered who wants it, as either kind and in any case."""
    wishes = (
        {"organization_slug": name.upper()},
        {"organization_slug": "other", "organization_external_id": name},
    )
    return {api.post(PATH, organization_name="Evil", **each).status_code for each in wishes}


@pytest.mark.parametrize("how", GONE)
def test_nobody_else_takes_it_for_ninety_days(
    api: Api, acme: dict[str, Any], clock: Any, how: str
) -> None:
    name = given_up(api, acme, how)
    refused(api.get(f"{PATH}/{name}"), 404, "organization_not_found")
    for later in (timedelta(minutes=1), KEPT - timedelta(minutes=2)):
        clock.shift(later)
        assert takes(api, name) == {400}
    clock.shift(timedelta(minutes=2))
    assert api.organization("Second", organization_slug=name)["organization_slug"] == name
    assert OrganizationName.objects.filter(folded=name).count() == 1


def test_the_refusal_says_so(api: Api, acme: dict[str, Any]) -> None:
    given_up(api, acme, "deleted")
    slug = api.post(PATH, organization_name="Evil", organization_slug="ACME")
    said = refused(slug, 400, "organization_slug_already_used")["error_message"]
    assert "90 days" in said
    both = {"organization_slug": "other", "organization_external_id": "CRM-1"}
    answer = api.post(PATH, organization_name="Evil", **both)
    refused(answer, 400, "organization_external_id_already_used")


def test_its_own_organization_takes_it_back(api: Api, acme: dict[str, Any]) -> None:
    path = f"{PATH}/{acme['organization_id']}"
    for slug in ("acme-inc", "acme", "acme-inc"):
        assert api.put(path, organization_slug=slug).status_code == 200
    assert api.get(f"{PATH}/acme-inc").status_code == 200
    refused(api.get(f"{PATH}/acme"), 404, "organization_not_found")
    taken = api.put(path, organization_slug="other", organization_external_id="Acme")
    assert taken.status_code == 200
    assert api.get(f"{PATH}/ACME").status_code == 200


def test_an_organization_keeps_so_many(api: Api, acme: dict[str, Any], clock: Any) -> None:
    """Or whoever has one could rename it all day, and take every name there is."""
    for n in range(MOST_KEPT + 3):
        clock.shift(timedelta(minutes=1))
        api.put(f"{PATH}/{acme['organization_id']}", organization_slug=f"name-{n}")
    kept = OrganizationName.objects.exclude(released_at=None).values_list("folded", flat=True)
    assert sorted(kept) == [f"name-{n}" for n in range(2, MOST_KEPT + 2)]
    assert api.organization("Second", organization_slug="name-0")


def test_what_nobody_typed_avoids_it(api: Api, acme: dict[str, Any]) -> None:
    given_up(api, acme, "deleted")
    assert slugs.free_slug("Acme") != "acme"
    assert api.organization("Acme")["organization_slug"].startswith("acme-")


def test_no_search_finds_it(api: Api, acme: dict[str, Any]) -> None:
    given_up(api, acme, "renamed")
    asked = {"operator": "AND", "operands": [
        {"filter_name": "organization_slugs", "filter_value": ["acme"]}
    ]}  # fmt: skip
    assert api.post(f"{PATH}/search", query=asked).json()["organizations"] == []


def test_a_name_in_use_has_an_organization(acme: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationName.objects.filter(folded="acme").update(organization=None)


def test_purging_forgets_it_afterwards(api: Api, acme: dict[str, Any]) -> None:
    given_up(api, acme, "deleted")
    purging.purge(now=NOW + KEPT - timedelta(minutes=1), audit_kept_for=timedelta(days=365))
    assert OrganizationName.objects.count() == 2
    purging.purge(now=NOW + KEPT + timedelta(minutes=1), audit_kept_for=timedelta(days=365))
    assert OrganizationName.objects.count() == 0


def test_the_operator_releases_it(api: Api, acme: dict[str, Any]) -> None:
    """A backend may want to make an organization anew, with the id that it has for it."""
    given_up(api, acme, "deleted")
    said = StringIO()
    call_command("organization_names", "--release", "CRM-1", stdout=said)
    assert "crm-1" in said.getvalue()
    api.organization("Acme", organization_slug="anew", organization_external_id="crm-1")
    with pytest.raises(CommandError, match="in use"):
        call_command("organization_names", "--release", "anew", stdout=said)


def test_in_development_what_was_deleted_is_free(
    api: Api, acme: dict[str, Any], settings: Settings
) -> None:
    """Tests of apps delete and make the same organization all day."""
    settings.DEBUG = True
    given_up(api, acme, "deleted")
    assert api.organization("Acme", organization_slug="acme", organization_external_id="crm-1")


@pytest.mark.django_db(transaction=True)
def test_after_its_time_one_of_many_takes_it() -> None:
    first = organization("First", organization_slug="acme")
    organizations.delete(organization=first, now=NOW - KEPT - timedelta(days=1))

    def take() -> str:
        try:
            organization("Second", organization_slug="acme")
        except ApiError as error:
            return error.error_type
        return "done"

    answers = at_once(4, take)
    assert answers.count("done") == Organization.objects.count() == 1
    assert set(answers) == {"done", "organization_slug_already_used"}
