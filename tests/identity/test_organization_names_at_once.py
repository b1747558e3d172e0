"""One name wanted by several organizations at the same moment: one has it, the others are told."""

from collections.abc import Callable
from itertools import cycle

import pytest

from identity.errors import ApiError
from identity.models import Organization, OrganizationName
from identity.operations import organizations
from tests.identity.people import NOW, organization
from tests.identity.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except ApiError as error:
        return error.error_type
    return "done"


def test_a_slug_and_an_external_id_of_one_name_are_one_organizations() -> None:
    wishes = cycle(
        [
            {"organization_slug": "acme"},
            {"organization_slug": "ACME"},
            {"organization_slug": "other", "organization_external_id": "Acme"},
        ]
    )
    answers = at_once(6, lambda: outcome(lambda: organization(**next(wishes))))
    refusals = {"organization_slug_already_used", "organization_external_id_already_used"}
    assert answers.count("done") == Organization.objects.count() >= 1
    assert set(answers) - {"done"} <= refusals
    assert OrganizationName.objects.filter(folded="acme").count() == 1


def test_two_who_swap_names_do_not_wait_for_each_other() -> None:
    first = organization("First", organization_slug="a", organization_external_id="x1")
    second = organization("Second", organization_slug="b", organization_external_id="x2")
    wishes = iter([(first, "b"), (second, "a")])

    def swap() -> str:
        of, slug = next(wishes)
        changes = {"organization_slug": slug}
        return outcome(lambda: organizations.update(organization=of, changes=changes, now=NOW))

    assert set(at_once(2, swap)) == {"organization_slug_already_used"}
    assert {each.organization_slug for each in Organization.objects.all()} == {"a", "b"}
