"""Out to a provider and back: only the browser that set out gets in."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.service import identity
from identity.models import Member
from tests import transports
from tests.providing import at_provider, land, set_out, sso_of, through as by_way_of
from tests.signing_in import ADMIN, MEMBER, NEWCOMER, STRANGER, choose, here, sign_in

pytestmark = pytest.mark.usefixtures("demo", "provider")

DISCOVERY, ACME = "/login/with/google", "/o/acme/login/with/google"


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_discovery_leads_to_the_choice(client: Client) -> None:
    answer = by_way_of(client, DISCOVERY)
    assert answer["Location"] == "/organizations"
    assert "Acme" in client.get("/organizations").content.decode()


def test_an_account_leads_to_who_has_another_address_here(client: Client) -> None:
    """An admin of Acme has given the member another address; the account stays theirs.

    Both addresses are shown before they are in, as whenever another one comes back.
    """
    by_way_of(client, ACME)
    client.post("/logout")
    whose = Member.objects.get(email_address=ADMIN, organization__organization_slug="acme")
    Member.objects.filter(pk=whose.pk).update(email_address="old@acme.example")
    by_way_of(client, DISCOVERY)
    assert choose(client, "Acme")["Location"] == "/login/as"
    asked = client.get("/login/as").content.decode()
    assert ADMIN in asked
    assert client.post("/login/as", {"email_address": "old@acme.example"})["Location"] == "/"
    page = client.get("/").content.decode()
    assert "You’re in Acme" in page
    assert "old@acme.example" in page
    listed = client.get("/switch").content.decode()
    assert "Acme" in listed


def test_who_has_one_organization_is_in_at_once(client: Client) -> None:
    answer = by_way_of(client, DISCOVERY, data={"next": "/switch"}, person=MEMBER)
    assert answer["Location"] == "/switch"


def test_an_organizations_own_page_leads_straight_in(client: Client) -> None:
    assert by_way_of(client, ACME, data={"next": "/switch"})["Location"] == "/switch"
    page = client.get("/").content.decode()
    assert "You’re in Acme" in page
    assert ADMIN in page


def test_single_sign_on_leads_straight_in(client: Client) -> None:
    assert by_way_of(client, sso_of(client, "/o/initech/login"))["Location"] == "/"
    page = client.get("/").content.decode()
    assert "You’re in Initech" in page
    assert ADMIN in page


def test_the_way_last_used_is_marked(client: Client) -> None:
    by_way_of(client, ACME)
    client.post("/logout")
    for page in ("/login", "/o/acme/login"):
        shown = client.get(page).content.decode()
        assert shown.count("Last used") == 1
        assert 'Continue with Google <span class="badge">Last used' in " ".join(
            shown.replace("\n", " ").split()
        )


def test_setting_out_changes_nothing_but_this_browser(client: Client) -> None:
    """A visit can't begin it, and the verifier is in no page or address (QUALITY 4, 20, 21)."""
    assert client.get(DISCOVERY).status_code == 405
    assert client.get(ACME).status_code == 405
    answer = client.post(DISCOVERY)
    page = answer.content.decode()
    assert "pkce_code_challenge=" in answer["Refresh"]
    assert "verifier" not in page + answer["Refresh"]
    assert 'href="/v1/b2b/public/oauth/google/discovery/start?' in page  # for who has no refresh


def test_without_a_csrf_token_nobody_is_sent_anywhere() -> None:
    """(QUALITY 21)"""
    assert Client(enforce_csrf_checks=True).post(DISCOVERY).status_code == 403


@pytest.mark.parametrize("path", ["/login/with/github", "/o/acme/login/with/github"])
def test_what_is_not_offered_cannot_begin(client: Client, path: str) -> None:
    assert client.post(path).status_code == 404


def test_what_the_organization_refuses_cannot_begin(client: Client) -> None:
    identity().organizations.update(
        "acme", auth_methods="RESTRICTED", allowed_auth_methods=["email_otp"]
    )
    assert client.post(ACME).status_code == 404


def test_anothers_connection_cannot_begin(client: Client) -> None:
    other = sso_of(client, "/o/initech/login").replace("/initech/", "/acme/")
    assert client.post(other).status_code == 404


def test_the_visit_uses_nothing_up(client: Client, through: Any) -> None:
    """(QUALITY 20)"""
    url = at_provider(client, set_out(client, DISCOVERY))
    calls = through(transports.Counting())
    page = client.get(url)
    assert "data-autosubmit" in page.content.decode()
    assert calls.paths == []
    assert page["Referrer-Policy"] == "strict-origin"


def test_in_a_browser_that_did_not_begin_it_ends(client: Client, through: Any) -> None:
    """Nobody is signed in as the one who sent the link (QUALITY 22)."""
    url = at_provider(client, set_out(client, ACME))
    calls = through(transports.Counting())
    victim = Client()
    for answer in (victim.get(url), victim.post("/authenticate", query(url))):
        assert answer.status_code == 400
        assert "didn’t begin here" in answer.content.decode()
        assert 'href="/login"' in answer.content.decode()
    assert calls.paths == []


def test_somebody_elses_answer_is_worth_nothing_to_who_began_as_well(client: Client) -> None:
    """Login CSRF against a browser that is on its own way (QUALITY 22)."""
    victim = Client()
    set_out(victim, ACME)
    answer = land(victim, at_provider(client, set_out(client, ACME)))
    assert "didn’t sign you in" in answer.content.decode()
    assert victim.get("/")["Location"] == "/login"


def test_an_answer_to_a_start_without_a_challenge_is_worth_nothing(client: Client) -> None:
    """(QUALITY 22)"""
    url = set_out(client, DISCOVERY)
    start, _, challenge = url.partition("&pkce_code_challenge=")
    assert challenge
    answer = land(client, at_provider(client, start))
    assert "didn’t sign you in" in answer.content.decode()


def test_a_token_works_once(client: Client) -> None:
    """(QUALITY 27)"""
    url = at_provider(client, set_out(client, ACME))
    assert land(client, url)["Location"] == "/"
    client.post("/logout")
    assert land(client, url).status_code == 400


def test_cancelling_says_so_and_leads_back(client: Client) -> None:
    for way, back in ((DISCOVERY, "/login"), (ACME, "/o/organization-")):
        page = land(client, at_provider(client, set_out(client, way), choice="cancel"))
        assert "If you cancelled, nothing was changed" in page.content.decode()
        assert "ask your administrator" in page.content.decode()
        assert f'href="{back}' in page.content.decode()


def test_the_way_back_of_an_organization_is_its_page(client: Client) -> None:
    acme = identity().organizations.get("acme")
    page = client.get(f"/o/{acme.organization_id}/login", follow=True).content.decode()
    assert "Sign in to Acme" in page


def test_a_provider_out_of_order_is_said(client: Client) -> None:
    url = at_provider(client, set_out(client, DISCOVERY), person=ADMIN, choice="break")
    page = land(client, url).content.decode()
    assert "can’t be reached" in page
    assert 'href="/login"' in page


@pytest.mark.parametrize(
    ("error", "words", "never"),
    [
        ("access_denied", "isn’t assigned to this app: ask your administrator", "in a moment"),
        ("provider_misconfigured", "trying again won’t help", "in a moment"),
        ("sso_connection_not_found", "trying again won’t help", "in a moment"),
        ("provider_email_missing", "has no email address", "verified"),
        ("provider_email_not_verified", "hasn’t verified your email address", "has no email"),
        ("provider_unavailable", "Try again in a moment", "administrator"),
        ("provider_error", "if it happens again, tell your administrator", "in a moment"),
        ("<script>alert(1)</script>", "couldn’t be used", "<script>alert"),
    ],
)
def test_a_refusal_says_whose_move_it_is(
    client: Client, error: str, words: str, never: str
) -> None:
    set_out(client, ACME)
    page = client.get("/authenticate", {"stytch_token_type": "oauth", "error": error})
    assert 'href="/o/organization-' in page.content.decode()
    lead = page.content.decode().partition('<p class="lead">')[2].partition("</p>")[0]
    assert words.lower() in lead.lower()
    assert never not in page.content.decode().partition("<template")[0]


def test_the_service_down_keeps_the_way_open(client: Client, through: Any) -> None:
    """(QUALITY 23)"""
    url = at_provider(client, set_out(client, ACME))
    through(transports.OnlyKeys())
    assert client.post("/authenticate", query(url)).status_code == 503
    through(transports.Counting())
    assert client.post("/authenticate", query(url))["Location"] == "/"


def test_after_ten_minutes_it_is_over(client: Client) -> None:
    url = at_provider(client, set_out(client, ACME))
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        answer = client.get(url)
    assert answer.status_code == 400
    assert "ten minutes ago" in answer.content.decode()


def test_who_may_not_join_is_told_and_led_back(client: Client) -> None:
    page = by_way_of(client, ACME, email=STRANGER).content.decode()
    assert "didn’t sign you in" in page
    assert "invite" in page


def test_a_newcomer_joins_by_its_domain(client: Client) -> None:
    answer = by_way_of(client, "/o/umbrella/login/with/google", person=NEWCOMER)
    assert answer["Location"] == "/"
    assert "You’re in Umbrella" in client.get("/").content.decode()


def test_a_living_session_is_not_replaced_unasked(client: Client) -> None:
    sign_in(client, MEMBER)
    before = here(client)
    assert by_way_of(client, DISCOVERY)["Location"] == "/organizations"
    assert here(client) == before


def test_a_failure_ends_no_session(client: Client) -> None:
    """(QUALITY 23)"""
    sign_in(client, MEMBER)
    page = land(client, at_provider(client, set_out(client, DISCOVERY), choice="cancel"))
    assert "still signed in to Acme" in page.content.decode()
    assert "You’re in Acme" in client.get("/").content.decode()


def test_an_error_out_of_the_blue_is_only_a_page(client: Client) -> None:
    page = client.get("/authenticate", {"error": "<script>", "stytch_token_type": "oauth"})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()


def test_only_what_is_configured_may_be_offered(client: Client, settings: Settings) -> None:
    settings.OAUTH_PROVIDERS = ()
    assert client.post(DISCOVERY).status_code == 404
