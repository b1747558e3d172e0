"""What is chosen is an id of the list: by a name, which the service would find too, nothing is."""

import pytest
from django.test import Client

from accounts.service import identity
from tests import transports
from tests.signing_in import MEMBER, STRANGER, here, prove, sign_in

NAMES = ["globex", "GLOBEX", "customer-1", "nobody", "", "organization-test-\ncustomer-1"]


@pytest.fixture(autouse=True)
def _customer(demo: None) -> None:
    identity().organizations.update("globex", organization_external_id="customer-1")  # type: ignore[call-arg]


@pytest.mark.parametrize("target", NAMES)
def test_a_newcomer_can_not_try_out_names(client: Client, through, target: str) -> None:
    prove(client, STRANGER)
    calls = through(transports.Counting())
    answer = client.post("/organizations/choose", {"target": target})
    assert answer["Location"] == "/organizations"
    assert not [path for path in calls.paths if "exchange" in path]


@pytest.mark.parametrize("target", NAMES)
def test_a_member_can_not_either(client: Client, through, target: str) -> None:
    sign_in(client, MEMBER)
    sent = {"target": target, "organization_id": here(client)}
    calls = through(transports.Counting())
    assert client.post("/switch", sent)["Location"] == "/"
    assert not [path for path in calls.paths if "exchange" in path]
