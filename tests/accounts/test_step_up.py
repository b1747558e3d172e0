"""The step of an organization that wants another way in."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.service import identity
from tests.providing import at_provider, land, set_out, sso_of, through as by_way_of
from tests.signing_in import ADMIN, choose, newest_code, newest_link, prove, sign_in, switch

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


def at_step(client: Client, organization: str = "Initech") -> str:
    prove(client, ADMIN)
    assert choose(client, organization)["Location"] == "/step-up"
    return client.get("/step-up").content.decode()


def factors(client: Client) -> set[str]:
    state = client.get("/session", headers={"Accept": "application/json"}).json()["session"]
    return {factor["type"] for factor in state["authentication_factors"]}


def restrict(slug: str, *methods: str, **more: Any) -> None:
    rules = {"auth_methods": "RESTRICTED", "allowed_auth_methods": list(methods), **more}
    identity().organizations.update(slug, **rules)


def delete_connections(slug: str) -> None:
    organization = identity().organizations.get(slug)
    for each in organization.sso_active_connections:
        path = f"/v1/b2b/sso/{organization.organization_id}/connections/{each.connection_id}"
        identity()._http.delete(path)


def test_shows_exactly_what_is_allowed(client: Client) -> None:
    page = at_step(client)
    assert "Continue with Google" in page
    assert "Continue with Initech SSO" in page
    assert "Email me" not in page
    assert "/password" not in page


@pytest.mark.usefixtures("provider")
def test_google_finishes_it(client: Client) -> None:
    at_step(client)
    assert by_way_of(client, "/o/initech/login/with/google")["Location"] == "/"
    assert "You’re in Initech" in client.get("/").content.decode()


@pytest.mark.usefixtures("provider")
def test_single_sign_on_finishes_a_switch_and_goes_where_it_was_going(client: Client) -> None:
    sign_in(client, ADMIN)
    switch(client, "Initech")
    before = client.cookies["stytch_session"].value
    assert by_way_of(client, sso_of(client, "/step-up"))["Location"] == "/"
    assert "You’re in Initech" in client.get("/").content.decode()
    assert client.cookies["stytch_session"].value != before


@pytest.mark.usefixtures("provider")
def test_what_was_proven_before_is_carried_over(client: Client) -> None:
    """(CONTRACT 5.3)"""
    at_step(client)
    by_way_of(client, "/o/initech/login/with/google")
    assert factors(client) == {"email_otp", "oauth"}


@pytest.mark.usefixtures("provider")
def test_primary_first_and_then_the_second_step(client: Client) -> None:
    restrict("initech", "google_oauth", mfa_policy="REQUIRED_FOR_ALL")
    at_step(client)
    assert by_way_of(client, "/o/initech/login/with/google")["Location"] == "/second-factor"
    assert "Initech" in client.get("/second-factor").content.decode()


@pytest.mark.usefixtures("provider")
def test_cancelled_leads_back_to_the_step_that_still_waits(client: Client) -> None:
    sign_in(client, ADMIN)
    switch(client, "Initech")
    url = at_provider(client, set_out(client, "/o/initech/login/with/google"), choice="cancel")
    page = land(client, url).content.decode()
    assert 'href="/step-up"' in page
    assert "Continue with Google" in client.get("/step-up").content.decode()
    assert "You’re in Acme" in client.get("/").content.decode()


@pytest.mark.usefixtures("provider")
def test_a_code_for_another_way_in(client: Client) -> None:
    """Came by Google, and only codes count there: the factors add up."""
    restrict("initech", "email_otp", "magic_link")
    by_way_of(client, "/login/with/google")
    choose(client, "Initech")
    answer = client.post("/o/initech/login", {"email_address": ADMIN})
    assert answer["Location"] == "/login/code"
    waiting = client.get("/login/code").content.decode()
    assert "Choose another way" in waiting
    assert "Email me a link" in client.get("/step-up").content.decode()
    assert client.post("/login/code", {"code": newest_code(ADMIN)})["Location"] == "/"
    assert factors(client) == {"email_otp", "oauth"}


@pytest.mark.usefixtures("provider")
def test_a_link_for_another_way_in(client: Client) -> None:
    restrict("initech", "magic_link")
    by_way_of(client, "/login/with/google")
    choose(client, "Initech")
    client.post("/o/initech/login/link", {"email_address": ADMIN})
    link = newest_link(ADMIN)
    assert link["stytch_token_type"] == "multi_tenant_magic_links"
    assert "data-autosubmit" in client.get("/authenticate", link).content.decode()
    assert client.post("/authenticate", link)["Location"] == "/"
    assert "You’re in Initech" in client.get("/").content.decode()


def test_with_none_of_it_set_up_that_is_explained(client: Client) -> None:
    restrict("initech", "sso")
    delete_connections("initech")
    page = at_step(client)
    assert "accepts SSO, and none of that is set up here. Ask its administrator." in page
    assert "Choose another organization" in page


@pytest.mark.usefixtures("provider")
def test_with_nothing_that_would_help_that_is_explained(client: Client) -> None:
    """A private account proves no address, and the one way that counts there proves none either."""
    private = "somebody@gmail.com"
    restrict("initech", "password")
    initech = identity().organizations.get("initech").organization_id
    identity().organizations.members.create(organization_id=initech, email_address=private)
    by_way_of(client, "/login/with/google", person=private)
    assert choose(client, "Initech")["Location"] == "/step-up"
    page = client.get("/step-up").content.decode()
    assert "it accepts nothing else from you. Ask its administrator." in page
    assert "Continue with" not in page
    assert client.post("/pending/abandon")["Location"] == "/login"


def test_the_step_outlives_other_requests(client: Client) -> None:
    """(QUALITY, complaint 41)"""
    at_step(client)
    for path in ("/favicon.ico", "/login", "/o/acme/login", "/nowhere", "/session"):
        client.get(path)
    assert "Initech wants another way in" in client.get("/step-up").content.decode()


def test_too_late_begins_anew_with_the_address(client: Client) -> None:
    """(QUALITY, complaint 72)"""
    at_step(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert client.get("/step-up")["Location"] == "/login"
        assert f'value="{ADMIN}"' in client.get("/login").content.decode()


@pytest.mark.usefixtures("provider")
def test_a_page_left_open_too_long_signs_in_from_nothing(client: Client) -> None:
    at_step(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=True):
        assert by_way_of(client, "/o/initech/login/with/google")["Location"] == "/"
        assert "You’re in Initech" in client.get("/").content.decode()
