"""Each way in which a switch can end, from each state that a tab may be in (QUALITY 55)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts.service import identity
from tests import transports
from tests.signing_in import ADMIN, asks_to_sign_in, sign_in

pytestmark = pytest.mark.usefixtures("demo")

Through = Callable[[object], object]

# Where a press leads to, by the organization; the first one alone is a new session.
WAYS = {
    "easy": "/",
    "globex": "/second-factor",
    "initech": "/step-up",
    "gone": "/switch",
    "silent": "",
}
every_way = pytest.mark.parametrize("way", WAYS)


@pytest.fixture
def ids(client: Client) -> dict[str, str]:
    """The admin is in Acme, and a member of Easy, but not of Gone any more."""
    organizations = identity().organizations
    found = {
        slug: organizations.get(slug).organization_id for slug in ("acme", "globex", "initech")
    }
    for slug in ("easy", "gone"):
        made = organizations.create(slug.title(), organization_slug=slug).organization_id
        who = organizations.members.create(organization_id=made, email_address=ADMIN).member_id
        found[slug] = made
    organizations.members.delete(organization_id=made, member_id=who)
    sign_in(client, ADMIN)
    return found


def press(tab: Client, ids: dict[str, str], way: str, through: Through) -> Any:
    """In a tab whose page was made in Acme."""
    if way == "silent":
        through(transports.OnlyKeys())
    target = ids.get(way, ids["easy"])
    return tab.post("/switch", {"target": target, "organization_id": ids["acme"]})


def move(tab: Client, target: str, *, at: str) -> None:
    tab.post("/switch", {"target": target, "organization_id": at})


def session(tab: Client) -> str:
    return str(tab.cookies["stytch_session"].value)


@every_way
@pytest.mark.parametrize("tab", ["at rest", "asleep", "on the way"])
def test_a_switch_ends_alike_in_a_tab(
    client: Client,
    ids: dict[str, str],
    way: str,
    tab: str,
    through: Through,
    time_machine: TimeMachineFixture,
) -> None:
    """Asleep, its JWT is over; on the way, a step to somewhere else waits."""
    if tab == "asleep":
        time_machine.move_to(timezone.now() + timedelta(minutes=10))
    if tab == "on the way":
        move(client, ids["initech" if way == "globex" else "globex"], at=ids["acme"])
    before = session(client)
    answer = press(client, ids, way, through)
    if way == "silent":
        assert answer.status_code == 503
    else:
        assert answer["Location"] == WAYS[way]
    assert (session(client) == before) == (way != "easy")


@every_way
def test_a_tab_that_was_left_behind_moves_nobody(
    client: Client, ids: dict[str, str], way: str, through: Through
) -> None:
    """Another tab has switched meanwhile."""
    move(client, ids["easy"], at=ids["acme"])
    before = session(client)
    assert press(client, ids, way, through).status_code == 409
    assert session(client) == before


@every_way
def test_a_tab_that_was_signed_out_moves_nobody(
    client: Client, ids: dict[str, str], way: str, through: Through
) -> None:
    client.post("/logout")
    answer = press(client, ids, way, through)
    assert asks_to_sign_in(answer)
    assert not session(client)


@every_way
def test_a_session_ended_elsewhere_moves_nobody(
    client: Client, ids: dict[str, str], way: str, through: Through
) -> None:
    """Only the service's no signs out; its silence doesn't."""
    other = Client()
    other.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    other.post("/logout")
    answer = press(client, ids, way, through)
    if way == "silent":
        assert answer.status_code == 503
    else:
        assert asks_to_sign_in(answer)
    assert bool(session(client)) == (way == "silent")
