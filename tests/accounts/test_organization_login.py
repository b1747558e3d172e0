"""An organization's own sign-in page: what it offers, whom it lets in, and what it keeps quiet."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.service import identity
from tests import transports
from tests.signing_in import (
    ADMIN,
    MEMBER,
    NEWCOMER,
    STRANGER,
    ask_for_code,
    newest_code,
    newest_link,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("demo")


def restrict(slug: str, *methods: str) -> None:
    identity().organizations.update(
        slug, auth_methods="RESTRICTED", allowed_auth_methods=list(methods)
    )


def page_of(client: Client, slug: str = "acme") -> str:
    return client.get(f"/o/{slug}/login").content.decode()


def test_shows_its_name_and_its_logo_from_our_own_origin(client: Client) -> None:
    identity().organizations.update("acme", organization_logo_url="https://acme.example/logo.png")
    page = page_of(client)
    assert "Sign in to Acme" in page
    assert 'src="/logos/' in page
    assert "acme.example/logo" not in page


BUTTONS = {
    "email_otp": "Email me a code",
    "magic_link": "Email me a link",
    "password": "a password",
    "google_oauth": "Continue with Google",
    "github_oauth": "Continue with GitHub",
}


@pytest.mark.parametrize(
    "methods",
    [
        ("email_otp",),
        ("magic_link",),
        ("password",),
        ("google_oauth",),
        ("email_otp", "magic_link", "password", "google_oauth"),
        ("magic_link", "password"),
    ],
    ids="+".join,
)
def test_offers_exactly_what_is_allowed(client: Client, methods: tuple[str, ...]) -> None:
    restrict("acme", *methods)
    page = page_of(client)
    shown = {method for method, button in BUTTONS.items() if button in page}
    assert shown == set(methods)
    assert "SSO" not in page


def test_a_provider_without_a_client_is_not_offered(client: Client, settings: Settings) -> None:
    restrict("acme", "github_oauth", "google_oauth")
    settings.OAUTH_PROVIDERS = ("github",)
    page = page_of(client)
    assert "Continue with GitHub" in page
    assert "Google" not in page


def test_where_nothing_is_set_up_that_is_said(client: Client, settings: Settings) -> None:
    settings.OAUTH_PROVIDERS = ()
    restrict("acme", "google_oauth")
    page = page_of(client)
    assert "Ask its administrator" in page
    assert "Find your organization" in page


def test_its_connections_are_offered_by_name(client: Client) -> None:
    assert "Continue with Initech SSO" in page_of(client, "initech")


def test_a_member_signs_in_by_code(client: Client) -> None:
    answer = client.post("/o/globex/login", {"email_address": ADMIN})
    assert answer["Location"] == "/login/code"
    assert "Sign" in client.get("/login/code").content.decode()
    answer = client.post("/login/code", {"code": newest_code(ADMIN)})
    assert answer["Location"] == "/second-factor"


def test_whoever_has_one_organization_more_is_not_asked_which(client: Client) -> None:
    client.post("/o/acme/login", {"email_address": ADMIN, "next": "/switch"})
    assert client.post("/login/code", {"code": newest_code(ADMIN)})["Location"] == "/switch"
    assert "You’re in Acme" in client.get("/").content.decode()


def test_a_member_signs_in_by_link(client: Client) -> None:
    client.post("/o/acme/login/link", {"email_address": ADMIN})
    link = newest_link(ADMIN)
    assert "data-autosubmit" in client.get("/authenticate", link).content.decode()
    assert client.post("/authenticate", link)["Location"] == "/"
    assert "You’re in Acme" in client.get("/").content.decode()


def test_a_newcomer_joins_by_its_domain(client: Client) -> None:
    client.post("/o/umbrella/login", {"email_address": NEWCOMER})
    assert client.post("/login/code", {"code": newest_code(NEWCOMER)})["Location"] == "/"
    assert "You’re in Umbrella" in client.get("/").content.decode()


def test_a_code_can_be_sent_again_and_as_a_link(client: Client) -> None:
    client.post("/o/acme/login", {"email_address": ADMIN})
    assert client.post("/login/resend")["Location"] == "/login/code"
    assert client.post("/login/link")["Location"] == "/login/code"
    assert client.post("/authenticate", newest_link(ADMIN))["Location"] == "/"


def asked(email_address: str, way: str) -> tuple[str, int]:
    """All that a stranger sees: the page, and how many mails went out."""
    client, before = Client(), len(mail.outbox)
    answer = client.post(way, {"email_address": email_address})
    page = client.get(answer["Location"]).content.decode()
    page = re.sub(r'value="[^"]{64}"', "", page).replace(email_address, "someone")
    return page, len(mail.outbox) - before


@pytest.mark.parametrize("way", ["/o/acme/login", "/o/acme/login/link"])
def test_strangers_get_the_same_page_and_mail_as_members(way: str) -> None:
    """(QUALITY 24)"""
    assert asked(MEMBER, way) == asked(STRANGER, way)


def test_strangers_cost_the_same_calls_as_members(client: Client, through: Any) -> None:
    """What differs in work differs in time (QUALITY 24)."""
    seen = []
    for address in (MEMBER, STRANGER):
        calls = through(transports.Counting())
        client.post("/o/acme/login", {"email_address": address})
        seen.append(calls.paths)
    assert seen[0] == seen[1]


def test_who_has_proven_the_address_is_told_where_it_belongs(client: Client) -> None:
    client.post("/o/umbrella/login", {"email_address": ADMIN})
    answer = client.post("/login/code", {"code": newest_code(ADMIN)})
    assert answer["Location"] == "/organizations"
    page = client.get("/organizations").content.decode()
    assert f"Umbrella doesn’t know {ADMIN}" in page
    assert "Acme" in page


@pytest.mark.parametrize("slug", ["nobody", "a", "%00", "..", "x" * 300, "ACME%2F"])
def test_an_unknown_name_is_a_friendly_404(client: Client, slug: str) -> None:
    answer = client.get(f"/o/{slug}/login")
    assert answer.status_code == 404
    if slug == "nobody":
        assert "no organization here" in answer.content.decode()


@pytest.mark.parametrize("spelling", ["customer-1", "CUSTOMER-1", "\u017facme"])
def test_an_external_id_is_nobodys_address(client: Client, spelling: str) -> None:
    identity().organizations.update("acme", organization_external_id="customer-1")  # type: ignore[call-arg]
    identity().organizations.create("Long", organization_slug="sacme")
    assert client.get(f"/o/{spelling}/login").status_code == 404


@pytest.mark.parametrize("page", ["login", "login/password"])
@pytest.mark.parametrize("name", ["ACME", "Acme", "its id", "ITS ID"])
def test_each_page_has_one_address_and_other_spellings_lead_to_it(
    client: Client, page: str, name: str
) -> None:
    acme = identity().organizations.get("acme").organization_id
    spelling = {"its id": acme, "ITS ID": acme.upper()}.get(name, name)
    answer = client.get(f"/o/{spelling}/{page}?next=/switch&q=%2F%0Aa")
    assert answer.status_code == 302
    assert answer["Location"] == f"/o/acme/{page}?next=/switch&q=%2F%0Aa"
    assert client.get(answer["Location"]).status_code == 200


def test_what_is_sent_to_another_spelling_is_not_lost(client: Client) -> None:
    answer = client.post("/o/ACME/login", {"email_address": MEMBER})
    assert answer["Location"] == "/login/code"
    assert newest_code(MEMBER)


def test_the_one_true_spelling_is_the_organizations_own(client: Client) -> None:
    identity().organizations.create("Hooli", organization_slug="HooLi")
    assert client.get("/o/HooLi/login").status_code == 200
    assert client.get("/o/hooli/login")["Location"] == "/o/HooLi/login"


def test_the_way_last_used_is_marked(client: Client) -> None:
    assert "Last used" not in page_of(client)
    sign_in(client, MEMBER)
    client.post("/logout")
    page = page_of(client)
    assert page.count("Last used") == 1
    assert re.search(r"Email me a code\s*<span class=\"badge\">Last used", page)


def test_members_of_it_go_in_and_others_are_told(client: Client) -> None:
    sign_in(client, ADMIN)
    assert client.get("/o/acme/login?next=/switch")["Location"] == "/switch"
    page = page_of(client, "umbrella")
    assert "You’re in Acme now" in page
    assert "Stay in Acme" in page


def test_too_late_begins_there_with_the_address(client: Client) -> None:
    """(QUALITY, complaint 72)"""
    client.post("/o/acme/login", {"email_address": MEMBER, "next": "/switch"})
    with time_machine.travel(timezone.now() + timedelta(seconds=601), tick=False):
        assert client.get("/login/code")["Location"] == "/o/acme/login"
        page = page_of(client)
    assert f'value="{MEMBER}"' in page
    assert 'value="/switch"' in page
    assert "took longer" in page


def test_a_refused_send_stays_on_the_page(client: Client, through: Any) -> None:
    through(Refusing())
    answer = client.post("/o/acme/login", {"email_address": MEMBER})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "90"
    assert "Try again in 2 minutes" in answer.content.decode()


def test_a_wrong_address_is_said_on_the_page(client: Client) -> None:
    page = client.post("/o/acme/login", {"email_address": "nobody"}).content.decode()
    assert "doesn’t look like an email address" in page
    assert "Sign in to Acme" in page


def test_the_sign_in_for_all_shows_what_is_set_up(client: Client, settings: Settings) -> None:
    assert "Continue with Google" in client.get("/login").content.decode()
    settings.OAUTH_PROVIDERS = ()
    assert "Continue with" not in client.get("/login").content.decode()
    assert ask_for_code(client, MEMBER)["Location"] == "/login/code"


class Refusing(transports.Counting):
    """Organizations are told of, mails are not sent."""

    refusal = transports.refusal(429, "too_many_requests", retry_after="90")

    def handle_request(self, request: Any) -> Any:
        inner = self.refusal if "send" in request.url.path else self.inner
        return inner.handle_request(request)
