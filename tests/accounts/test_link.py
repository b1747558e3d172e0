"""Landing with a mailed link: here, in another browser, twice, as someone else."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.service import identity
from tests import transports
from tests.signing_in import ADMIN, MEMBER, ask_for_link, here, newest_link, sign_in

pytestmark = pytest.mark.usefixtures("demo")


def test_the_visit_never_uses_the_link_up(client: Client, through) -> None:
    """Scanners fetch links, some of them often (QUALITY 20, 27)."""
    ask_for_link(client, MEMBER)
    link = newest_link(MEMBER)
    calls = through(transports.Counting())
    for _ in range(10):
        client.get("/authenticate", link)
        client.head("/authenticate", link)
        Client().get("/authenticate", link)
    assert calls.paths == []
    assert client.post("/authenticate", link)["Location"] == "/"


def test_the_page_keeps_its_address_to_itself(client: Client) -> None:
    """(QUALITY 12, 15)"""
    ask_for_link(client, MEMBER)
    page = client.get("/authenticate", newest_link(MEMBER))
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]


def test_the_browser_that_asked_goes_on_by_itself(client: Client) -> None:
    """(QUALITY 22)"""
    ask_for_link(client, MEMBER)
    page = client.get("/authenticate", newest_link(MEMBER)).content.decode()
    assert "data-autosubmit" in page
    assert MEMBER in page


def test_another_browser_is_told_and_asked(client: Client) -> None:
    """Nobody is signed in by a preview, or as somebody else by a trick (QUALITY 22, 32)."""
    ask_for_link(client, MEMBER)
    other = Client()
    page = other.get("/authenticate", newest_link(MEMBER)).content.decode()
    assert "data-autosubmit" not in page
    assert "asked for in another browser" in page
    assert other.post("/authenticate", newest_link(MEMBER))["Location"] == "/"
    assert "You’re in Acme" in other.get("/").content.decode()


def test_asking_for_a_code_is_not_asking_for_a_link(client: Client) -> None:
    ask_for_link(Client(), MEMBER)
    client.post("/login", {"email_address": ADMIN})
    page = client.get("/authenticate", newest_link(MEMBER)).content.decode()
    assert "data-autosubmit" not in page


def test_leads_on_to_where_one_wanted_to_go(client: Client) -> None:
    ask_for_link(client, MEMBER, next="/switch")
    assert client.post("/authenticate", newest_link(MEMBER))["Location"] == "/switch"


def test_works_once_and_offers_a_new_one(client: Client) -> None:
    """(QUALITY 27)"""
    ask_for_link(client, ADMIN)
    used = newest_link(ADMIN)
    Client().post("/authenticate", used)
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        answer = client.post("/authenticate", used)
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "doesn’t work any more" in page
    assert "Email me a new link" in page
    assert f'value="{ADMIN}"' in page
    mail.outbox.clear()
    client.post("/login/link", {"email_address": ADMIN})
    assert client.post("/authenticate", newest_link(ADMIN))["Location"] == "/organizations"


def test_is_used_up_by_signing_in_and_out_again(client: Client) -> None:
    """However quickly the next press comes (QUALITY 27, 39)."""
    ask_for_link(client, MEMBER)
    link = newest_link(MEMBER)
    client.post("/authenticate", link)
    client.post("/logout")
    answer = Client().post("/authenticate", link)
    assert answer.status_code == 410
    assert "doesn’t work any more" in answer.content.decode()


def test_pressed_twice_it_is_good_in_that_browser_alone(client: Client) -> None:
    """A double click, and somebody else who has the same mail open."""
    ask_for_link(client, MEMBER)
    link, fresh = newest_link(MEMBER), Client()
    fresh.get("/authenticate", link)
    assert fresh.post("/authenticate", link)["Location"] == "/"
    assert fresh.post("/authenticate", link).status_code == 302
    for other in (Client(), client):
        assert other.post("/authenticate", link).status_code == 410
        assert not other.cookies.get("stytch_session")


def test_too_many_presses_have_to_wait(client: Client, through) -> None:
    through(transports.refusal(429, "too_many_requests", retry_after="60"))
    answer = client.post("/authenticate", {"stytch_token_type": "discovery", "token": "x" * 44})
    assert answer.status_code == 429


def test_a_used_link_where_nobody_asked_offers_to_sign_in() -> None:
    answer = Client().post("/authenticate", {"stytch_token_type": "discovery", "token": "x" * 44})
    assert answer.status_code == 410
    assert 'href="/login"' in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"token": "x"},
        {"stytch_token_type": "discovery"},
        {"stytch_token_type": "m2m", "token": "x"},
    ],
)
def test_a_link_cut_in_two_says_so(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/authenticate", query)
    assert answer.status_code == 400
    assert "can’t read this link" in answer.content.decode()


def test_signed_in_as_someone_else_both_addresses_are_shown(client: Client) -> None:
    """And nothing happens until the choice is made (QUALITY, complaint 73)."""
    sign_in(client, MEMBER)
    session = client.cookies["stytch_session"].value
    ask_for_link(client, ADMIN)
    page = client.get("/authenticate", newest_link(ADMIN)).content.decode()
    assert MEMBER in page
    assert ADMIN in page
    assert "data-autosubmit" not in page
    assert client.post("/authenticate", newest_link(ADMIN))["Location"] == "/organizations"
    page = client.get("/organizations").content.decode()
    assert MEMBER in page
    assert ADMIN in page
    assert client.cookies["stytch_session"].value == session


def test_a_refused_link_never_ends_a_session(client: Client) -> None:
    """(QUALITY 23)"""
    sign_in(client, MEMBER)
    client.post("/authenticate", {"stytch_token_type": "discovery", "token": "x" * 44})
    assert "You’re in Acme" in client.get("/").content.decode()


def test_the_token_is_never_said_back_in_an_address(client: Client) -> None:
    """(QUALITY 4)"""
    ask_for_link(client, MEMBER)
    link = newest_link(MEMBER)
    answer = client.post("/authenticate", link)
    assert link["token"] not in answer["Location"]
    assert link["token"] not in str(answer.headers.get("Link", ""))


def test_an_invitation_is_asked_about_and_then_taken(client: Client) -> None:
    """Whoever it was meant for is in, and in the organization that invited (QUALITY 32)."""
    link = invitation("guest@elsewhere.example")
    page = client.get("/authenticate", link).content.decode()
    assert "Go on if the email was meant for you" in page
    assert "data-autosubmit" not in page
    assert client.post("/authenticate", link)["Location"] == "/"
    page = client.get("/").content.decode()
    assert "You’re in Acme" in page
    assert "guest@elsewhere.example" in page


def test_an_invitation_for_someone_else_asks_before_it_replaces_the_session(
    client: Client,
) -> None:
    """(QUALITY, complaint 73)"""
    sign_in(client, MEMBER)
    link = invitation("guest@elsewhere.example")
    page = client.get("/authenticate", link).content.decode()
    assert f"signed in as <strong>{MEMBER}</strong>" in page
    assert "may end the session" in page
    assert client.post("/authenticate", link)["Location"] == "/login/as"
    assert f"<strong>{MEMBER}</strong>" in client.get("/login/as").content.decode()
    yes = {"email_address": "guest@elsewhere.example"}
    assert client.post("/login/as", yes)["Location"] == "/"
    assert "guest@elsewhere.example" in client.get("/").content.decode()


def invitation(email_address: str) -> dict[str, str]:
    admin = Client()
    sign_in(admin, ADMIN)
    identity().factors.invite(
        organization_id=here(admin),
        email_address=email_address,
        redirect_url="http://testserver/authenticate",
    )
    return newest_link(email_address)
