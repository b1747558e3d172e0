"""Switching: the list, the move, and everything that can be in its way."""

import pytest
from django.test import Client

from tests import transports
from tests.checks import both_checks
from tests.signing_in import ADMIN, MEMBER, here, newest_code, prove, sign_in, switch, target

pytestmark = pytest.mark.usefixtures("demo")

EXCHANGE = "/v1/b2b/sessions/exchange"
LIST = "/v1/b2b/discovery/organizations"


def test_lists_the_organizations_with_their_state(client: Client) -> None:
    sign_in(client, ADMIN)
    page = client.get("/switch").content.decode()
    for words in ("Acme", "Globex", "Initech", "Will ask for a second step", "You’re here"):
        assert words in page
    assert page.count('aria-current="true"') == 1


def test_under_htmx_the_panel_alone_comes(client: Client) -> None:
    sign_in(client, ADMIN)
    answer = client.get("/switch", headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<div id="switch-panel"')
    assert "HX-Request" in answer["Vary"]


@both_checks
def test_moves_to_an_organization_that_asks_nothing(client: Client) -> None:
    """With another session, and the old one dead (QUALITY 31)."""
    second_organization(client)
    old = Client()
    old.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    assert switch(client, "Acme")["Location"] == "/"
    assert "You’re in Acme" in client.get("/").content.decode()
    assert client.cookies["stytch_session"].value != old.cookies["stytch_session"].value
    assert old.get("/switch")["Location"].startswith("/login")


def test_a_stale_page_writes_nothing(client: Client) -> None:
    """(QUALITY 54)"""
    stale = second_organization(client)
    switch(client, "Acme")
    answer = client.post(
        "/switch", {"target": target(client, "Second", "/switch"), "organization_id": stale}
    )
    assert answer.status_code == 409
    assert "You’re in Acme" in client.get("/").content.decode()


def test_where_one_is_already_there_is_nothing_to_do(client: Client, through) -> None:
    sign_in(client, ADMIN)
    organization_id = here(client)
    through(transports.OnlyKeys())
    fields = {"target": organization_id, "organization_id": organization_id}
    assert client.post("/switch", fields)["Location"] == "/"


def test_where_one_is_no_member_the_list_says_why(client: Client) -> None:
    sign_in(client, MEMBER)
    other = Client()
    sign_in(other, ADMIN)
    fields = {"target": target(other, "Globex", "/switch"), "organization_id": here(client)}
    answer = client.post("/switch", fields)
    assert answer["Location"] == "/switch"
    page = client.get("/switch").content.decode()
    assert 'class="notice notice--error' in page


def test_an_outage_leaves_everything(client: Client, through, settings) -> None:
    sign_in(client, ADMIN)
    organization_id, chosen = here(client), target(client, "Globex", "/switch")
    working = settings.IDENTITY_TRANSPORT
    through(transports.OnlyKeys())
    fields = {"target": chosen, "organization_id": organization_id}
    assert client.post("/switch", fields).status_code == 503
    assert client.get("/switch").status_code == 503
    settings.IDENTITY_TRANSPORT = working
    assert "You’re in Acme" in client.get("/").content.decode()


@both_checks
def test_a_session_over_at_the_service_asks_to_sign_in(client: Client) -> None:
    """Once, with the cookies cleared (QUALITY 46)."""
    sign_in(client, ADMIN)
    copy = Client()
    copy.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    client.post("/logout")
    assert copy.get("/switch")["Location"] == "/login?next=%2Fswitch"
    assert copy.get("/login").status_code == 200


def test_few_organizations_are_not_searched(client: Client) -> None:
    sign_in(client, ADMIN)
    assert 'type="search"' not in client.get("/switch").content.decode()


def test_an_unfinished_step_is_shown(client: Client) -> None:
    sign_in(client, ADMIN)
    switch(client, "Globex")
    assert "You were on your way to <strong>Globex</strong>" in (
        client.get("/switch").content.decode()
    )


def second_organization(client: Client) -> str:
    """Leave the member in a second organization of their own; returns its id."""
    prove(client, MEMBER)
    client.post("/organizations/proof", {"organization_id": here(client)})
    client.post("/login/code", {"code": newest_code(MEMBER)})
    fields = {"name": "Second", "slug": "", "organization_id": here(client)}
    client.post("/organizations/new", fields)
    return here(client)


@pytest.mark.parametrize("path", [EXCHANGE, LIST])
def test_too_many_switches_are_refused_with_a_time(client: Client, through, path: str) -> None:
    """Not a message on the page that would invite the next press at once."""
    sign_in(client, ADMIN)
    fields = {"target": target(client, "Globex", "/switch"), "organization_id": here(client)}
    no = transports.refusal(429, "too_many_requests", retry_after="90")
    through(transports.Except(path, no))
    answer = client.post("/switch", fields) if path == EXCHANGE else client.get("/switch")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "90"


def test_the_list_costs_one_call(client: Client, through) -> None:
    sign_in(client, ADMIN)
    calls = through(transports.Counting())
    client.get("/")  # the keys, and what else is asked for once
    calls.paths.clear()
    client.get("/switch")
    assert calls.paths == [LIST]


def test_a_switch_costs_one_call(client: Client, through) -> None:
    sign_in(client, ADMIN)
    fields = {"target": target(client, "Globex", "/switch"), "organization_id": here(client)}
    calls = through(transports.Counting())
    client.get("/")
    calls.paths.clear()
    client.post("/switch", fields)
    assert calls.paths == [EXCHANGE]
