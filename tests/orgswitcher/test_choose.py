"""Choosing an organization: what each is, what it will ask, and what may go wrong."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from project.embedded import EmbeddedTransport
from tests import transports
from tests.signing_in import (
    ADMIN,
    INVITED,
    MEMBER,
    NEWCOMER,
    choose,
    prove,
    sign_in,
    target,
)

pytestmark = pytest.mark.usefixtures("demo")

EXCHANGE = "/v1/b2b/discovery/intermediate_sessions/exchange"
LIST = "/v1/b2b/discovery/organizations"


def test_says_what_each_will_ask_before_the_click(client: Client) -> None:
    prove(client, ADMIN)
    page = client.get("/organizations").content.decode()
    assert "Choose an organization" in page
    assert ADMIN in page
    assert "Will ask for a second step" in page
    assert "Signs in with Google or SSO only" in page


def test_a_newcomer_joins_by_domain(client: Client) -> None:
    prove(client, NEWCOMER)
    page = client.get("/organizations").content.decode()
    assert "You can join" in page
    assert "Open to umbrella.example addresses" in page
    assert choose(client, "Umbrella")["Location"] == "/"
    assert "You’re in Umbrella" in client.get("/").content.decode()


def test_an_invitation_is_accepted(client: Client) -> None:
    prove(client, INVITED)
    assert "You’re invited" in client.get("/organizations").content.decode()
    assert choose(client, "Acme")["Location"] == "/"
    assert "You’re in Acme" in client.get("/").content.decode()


def test_looking_changes_nothing(client: Client, through) -> None:
    """(QUALITY 20)"""
    prove(client, INVITED)
    calls = through(transports.Counting())
    for _ in range(3):
        client.get("/organizations")
    assert set(calls.paths) == {"/v1/b2b/discovery/organizations"}
    assert client.get("/")["Location"] == "/login"


def test_where_one_may_not_join_the_choice_says_why(client: Client) -> None:
    prove(client, NEWCOMER)
    other = Client()
    prove(other, ADMIN)
    answer = client.post("/organizations/choose", {"target": target(other, "Acme")})
    assert answer["Location"] == "/organizations"
    assert "Ask for an invite" in client.get("/organizations").content.decode()


def test_nothing_pressed_shows_the_choice_again(client: Client) -> None:
    prove(client, ADMIN)
    assert client.post("/organizations/choose")["Location"] == "/organizations"


def test_not_you_starts_again(client: Client) -> None:
    prove(client, ADMIN)
    assert client.post("/pending/abandon")["Location"] == "/login"
    assert client.get("/organizations")["Location"] == "/login"


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/organizations")["Location"] == "/login"


def test_a_step_that_is_over_at_the_service_begins_anew_with_the_address(
    client: Client, through
) -> None:
    prove(client, ADMIN)
    chosen = target(client, "Acme")
    through(transports.refusal(404, "intermediate_session_not_found"))
    for answer in (
        client.post("/organizations/choose", {"target": chosen}),
        prove_again(client, through),
    ):
        page = answer.content.decode()
        assert f'value="{ADMIN}"' in page
        assert "took longer than ten minutes" in page


def test_a_step_that_is_over_here_asks_to_sign_in(client: Client) -> None:
    prove(client, ADMIN)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert client.get("/organizations")["Location"] == "/login"


def test_an_outage_keeps_the_step(client: Client, through, settings) -> None:
    prove(client, ADMIN)
    working = settings.IDENTITY_TRANSPORT
    through(transports.Down())
    assert client.get("/organizations").status_code == 503
    settings.IDENTITY_TRANSPORT = working
    assert client.get("/organizations").status_code == 200


def test_leads_on_to_where_one_wanted_to_go(client: Client) -> None:
    prove(client, ADMIN, next="/session")
    assert choose(client, "Acme")["Location"] == "/session"


def test_a_living_session_of_someone_else_is_named(client: Client) -> None:
    """(QUALITY, complaint 73)"""
    sign_in(client, MEMBER)
    client.post("/login/resend", {"email_address": ADMIN})
    from tests.signing_in import newest_code

    client.post("/login/code", {"code": newest_code(ADMIN)})
    page = client.get("/organizations").content.decode()
    assert ADMIN in page
    assert MEMBER in page
    assert "Choosing an organization ends that session" in page


def prove_again(client: Client, through):
    through(transports.Counting())
    prove(client, ADMIN)
    through(transports.refusal(404, "intermediate_session_not_found"))
    return client.get("/organizations")


@pytest.mark.parametrize(("path", "page"), [(EXCHANGE, "choose"), (LIST, "")])
def test_too_many_choices_are_refused_with_a_time(
    client: Client, through, path: str, page: str
) -> None:
    """And the step is as good as it was."""
    prove(client, ADMIN)
    fields = {"target": target(client, "Acme")}
    working = EmbeddedTransport()
    no = transports.refusal(429, "too_many_requests", retry_after="90")
    through(transports.Except(path, no))
    answer = client.post("/organizations/choose", fields) if page else client.get("/organizations")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "90"
    through(working)
    assert client.post("/organizations/choose", fields)["Location"] == "/"
