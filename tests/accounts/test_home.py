"""The signed-in home, and what it costs."""

import pytest
from django.test import Client

from tests import transports
from tests.signing_in import ADMIN, MEMBER, choose, prove, sign_in, switch

pytestmark = pytest.mark.usefixtures("demo")


def test_says_who_and_where_you_are(client: Client) -> None:
    sign_in(client, ADMIN)
    page = client.get("/").content.decode()
    assert "You’re in Acme" in page
    assert ADMIN in page
    assert "Admin" in page


def test_explains_this_session(client: Client) -> None:
    sign_in(client, MEMBER)
    page = client.get("/").content.decode()
    for word in ("Ends", "Started", "Last seen", "Renewed", "Signed in with", "Roles"):
        assert f"<dt>{word}</dt>" in page
    assert "Email code" in page


def test_costs_no_query_and_no_call(
    client: Client, through, settings, django_assert_num_queries
) -> None:
    """With a fresh JWT and the roles at hand everything is read from it (issue 2, show 3)."""
    sign_in(client, MEMBER)
    calls = through(transports.Counting())
    client.get("/")
    keys, policy, roles = calls.paths
    assert keys == f"{transports.JWKS}{settings.IDENTITY_PROJECT_ID}"
    assert policy == "/v1/b2b/rbac/policy"
    assert roles.startswith("/v1/b2b/rbac/organizations/organization-")
    with django_assert_num_queries(0):
        assert client.get("/").status_code == 200
    assert len(calls.paths) == 3


def test_shows_claims_in_the_demo_and_never_a_token(client: Client, settings) -> None:
    """(QUALITY 4)"""
    settings.DEBUG = True
    sign_in(client, MEMBER)
    page = client.get("/").content.decode()
    assert "https://stytch.com/session" in page
    for name in ("stytch_session", "stytch_session_jwt"):
        secret = client.cookies[name].value
        assert secret not in page
        assert secret.rpartition(".")[2] not in page
    settings.DEBUG = False
    assert "Raw claims" not in client.get("/").content.decode()


def test_is_kept_by_no_cache(client: Client) -> None:
    """(QUALITY 15)"""
    sign_in(client, MEMBER)
    assert "no-store" in client.get("/")["Cache-Control"]


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/")["Location"] == "/login"


def test_reminds_of_a_step_left_open_elsewhere(client: Client) -> None:
    """(QUALITY 52)"""
    sign_in(client, ADMIN)
    switch(client, "Globex")
    page = client.get("/").content.decode()
    assert "You’re in Acme" in page
    assert "You were on your way to <strong>Globex</strong>" in page
    assert 'href="/second-factor"' in page


def test_choosing_sets_what_the_organization_is_called(client: Client) -> None:
    prove(client, ADMIN)
    assert choose(client, "Acme")["Location"] == "/"
    assert 'data-organization-name="Acme"' in client.get("/").content.decode()
