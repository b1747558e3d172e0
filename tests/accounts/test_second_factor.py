"""The step that a second factor is missing for: named, and left without harm."""

import pytest
from django.test import Client

from tests.signing_in import ADMIN, choose, here, prove, sign_in, switch

pytestmark = pytest.mark.usefixtures("demo")


def test_switching_says_what_is_missing_and_the_session_lives_on(client: Client) -> None:
    sign_in(client, ADMIN)
    session = client.cookies["stytch_session"].value
    assert switch(client, "Globex")["Location"] == "/second-factor"
    page = client.get("/second-factor").content.decode()
    assert "Globex asks for a second step" in page
    assert "Stay in Acme" in page
    assert "You’re in Acme" in client.get("/").content.decode()
    assert client.cookies["stytch_session"].value == session


def test_staying_drops_the_step_only(client: Client) -> None:
    """(QUALITY 51)"""
    sign_in(client, ADMIN)
    switch(client, "Globex")
    answer = client.post("/pending/abandon", {"organization_id": here(client)})
    assert answer["Location"] == "/"
    assert "on your way" not in client.get("/").content.decode()
    assert client.get("/second-factor")["Location"] == "/"


def test_while_signing_in_another_organization_can_be_chosen(client: Client) -> None:
    prove(client, ADMIN)
    assert choose(client, "Globex")["Location"] == "/second-factor"
    page = client.get("/second-factor").content.decode()
    assert "Choose another organization" in page
    assert choose(client, "Acme")["Location"] == "/"


def test_while_signing_in_one_can_start_again(client: Client) -> None:
    prove(client, ADMIN)
    choose(client, "Globex")
    assert client.post("/pending/abandon")["Location"] == "/login"
    assert client.get("/second-factor")["Location"] == "/login"


def test_without_a_step_there_is_nothing_here(client: Client) -> None:
    assert client.get("/second-factor")["Location"] == "/login"


def test_the_step_alone_opens_no_page_of_members(client: Client) -> None:
    prove(client, ADMIN)
    choose(client, "Globex")
    assert client.get("/")["Location"] == "/login"
    assert client.get("/switch")["Location"].startswith("/login")
