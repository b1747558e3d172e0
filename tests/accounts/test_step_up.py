"""The step of an organization that wants another way in."""

import pytest
from django.test import Client

from tests.signing_in import ADMIN, choose, prove, sign_in, switch

pytestmark = pytest.mark.usefixtures("demo")


def test_switching_names_the_ways_in_and_the_session_lives_on(client: Client) -> None:
    sign_in(client, ADMIN)
    assert switch(client, "Initech")["Location"] == "/step-up"
    page = client.get("/step-up").content.decode()
    assert "Initech wants another way in" in page
    assert "Google" in page
    assert "SSO" in page
    assert "Stay in Acme" in page
    assert "You’re in Acme" in client.get("/").content.decode()


def test_while_signing_in_another_organization_can_be_chosen(client: Client) -> None:
    prove(client, ADMIN)
    assert choose(client, "Initech")["Location"] == "/step-up"
    assert "Choose another organization" in client.get("/step-up").content.decode()
    assert choose(client, "Acme")["Location"] == "/"


def test_a_step_is_for_its_own_page(client: Client) -> None:
    prove(client, ADMIN)
    choose(client, "Initech")
    assert client.get("/second-factor")["Location"] == "/step-up"


def test_abandoning_is_no_visit(client: Client) -> None:
    """(QUALITY 20)"""
    assert client.get("/pending/abandon").status_code == 405
