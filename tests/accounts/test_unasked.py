"""Somebody else's sign-in comes back: nothing is pressed for it, and nobody is in unasked."""

import html
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.service import identity
from identity.models import MemberSession
from tests import transports
from tests.accounts.test_link import invitation
from tests.accounts.test_password import link_to_set
from tests.providing import at_provider, land, set_out, sso_of
from tests.signing_in import (
    ADMIN,
    INVITED,
    MEMBER,
    ask_for_code,
    ask_for_link,
    choose,
    newest_link,
    prove,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("demo")

SESSION = "stytch_session"
OTHERS = {SESSION, "stytch_session_jwt", "stytch_session_stamp"}
HERE = "/login/as"
PASSWORD = "correct horse battery staple 9"
FORGOT = "/o/acme/login/forgot"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def assert_asks(client: Client, answer: Any, *, asked: str, came: str) -> None:
    """No cookie of a session is written, and both addresses are shown."""
    assert answer["Location"] == HERE
    assert not OTHERS & answer.cookies.keys()
    page = client.get(HERE)
    assert f"<strong>{asked}</strong>" in text(page)
    assert f"<strong>{came}</strong>" in text(page)
    assert "data-autosubmit" not in text(page)
    assert not OTHERS & page.cookies.keys()


def yes(client: Client, address: str, **more: Any) -> Any:
    return client.post(HERE, {"email_address": address}, **more)


def sessions(address: str) -> int:
    live = MemberSession.objects.filter(expires_at__gt=timezone.now(), revoked_at=None)
    return live.filter(member__email_address=address).count()


def mallory_link(address: str = MEMBER) -> dict[str, str]:
    mallory = Client()
    ask_for_link(mallory, address)
    return newest_link(address)


def test_no_script_presses_a_link_that_was_not_asked_for_here(client: Client) -> None:
    """The browser waits for a link as well, but for another one."""
    ask_for_link(client, ADMIN)
    link = mallory_link()
    page = text(client.get("/authenticate", link))
    assert "data-autosubmit" not in page
    assert "You asked for this link" not in page
    assert ADMIN not in page


def test_not_even_another_mail_to_the_same_address(client: Client) -> None:
    """Asked for by a stranger, who may have reasons to have it pressed here."""
    ask_for_link(client, MEMBER)
    link = mallory_link(MEMBER)
    assert "data-autosubmit" not in text(client.get("/authenticate", link))
    assert client.post("/authenticate", link)["Location"] == "/"


@pytest.mark.parametrize("mark", ["", "x", "\u00e9", "0" * 64])
def test_a_mark_that_was_made_up_is_none(client: Client, mark: str) -> None:
    ask_for_link(client, MEMBER)
    link = newest_link(MEMBER) | {"asked": mark}
    assert "data-autosubmit" not in text(client.get("/authenticate", link))


def test_every_mail_has_its_own_mark(client: Client) -> None:
    ask_for_link(client, MEMBER)
    first = newest_link(MEMBER)
    client.post("/login/link", {"again": MEMBER})
    second = newest_link(MEMBER)
    assert first["asked"] != second["asked"]
    assert "data-autosubmit" not in text(client.get("/authenticate", first))
    assert "data-autosubmit" in text(client.get("/authenticate", second))


@pytest.mark.parametrize("method", ["link", "code"])
def test_a_press_by_hand_shows_both_and_waits(client: Client, method: str) -> None:
    """By the person of a browser that waits for a mail to another address (QUALITY 79)."""
    (ask_for_link if method == "link" else ask_for_code)(client, ADMIN)
    before = sessions(MEMBER)
    answer = client.post("/authenticate", mallory_link())
    assert_asks(client, answer, asked=ADMIN, came=MEMBER)
    assert sessions(MEMBER) == before  # none is even begun: only the address is proven
    assert yes(client, MEMBER)["Location"] == "/"
    assert "You’re in Acme" in text(client.get("/"))
    assert client.get(HERE)["Location"] == "/"


def test_a_no_leaves_everything_as_it_was(client: Client) -> None:
    """The mail that was asked for still goes on, by itself."""
    ask_for_link(client, ADMIN)
    own = newest_link(ADMIN)
    client.post("/authenticate", mallory_link())
    assert client.post(f"{HERE}/not")["Location"] == "/login/code"
    assert client.get(HERE)["Location"] == "/login/code"
    assert "data-autosubmit" in text(client.get("/authenticate", own))
    assert client.post("/authenticate", own)["Location"] == "/organizations"


def test_an_address_that_is_spelt_otherwise_is_the_same(client: Client) -> None:
    ask_for_link(client, "Member@ACME.example")
    assert client.post("/authenticate", newest_link(MEMBER))["Location"] == "/"


def test_where_the_step_is_over_its_address_still_counts(client: Client) -> None:
    """For an hour the browser knows whom it began to sign in."""
    prove(client, ADMIN)
    link = None
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        link = mallory_link()
        answer = client.post("/authenticate", link)
        assert_asks(client, answer, asked=ADMIN, came=MEMBER)


def test_an_invitation_for_another_address_begins_no_session_here(client: Client) -> None:
    ask_for_code(client, ADMIN)
    guest = "guest@elsewhere.example"
    answer = client.post("/authenticate", invitation(guest))
    assert_asks(client, answer, asked=ADMIN, came=guest)
    assert sessions(guest) == 1
    client.post(f"{HERE}/not")
    assert sessions(guest) == 0  # the one that was begun is ended
    assert client.get("/")["Location"] == "/login"


def test_what_is_held_is_in_no_page_and_in_no_cookie_in_clear(client: Client) -> None:
    """(QUALITY 4, 8)"""
    ask_for_code(client, ADMIN)
    client.post("/authenticate", invitation("guest@elsewhere.example"))
    sealed = client.cookies["stytch_intermediate_session_token"].value
    page = text(client.get(HERE))
    assert "guest@" not in sealed
    assert sealed not in page
    assert "session_token" not in page


def test_a_session_that_lives_here_is_replaced_by_a_yes_alone(client: Client) -> None:
    sign_in(client, MEMBER)
    session = client.cookies[SESSION].value
    guest = "guest@elsewhere.example"
    answer = client.post("/authenticate", invitation(guest))
    assert_asks(client, answer, asked=MEMBER, came=guest)
    assert "You’re signed in as" in text(client.get(HERE))
    assert client.post(f"{HERE}/not")["Location"] == "/"
    assert client.cookies[SESSION].value == session
    assert MEMBER in text(client.get("/"))


def test_a_link_to_set_a_password_names_nobody_it_was_not_mailed_for(client: Client) -> None:
    """Who sets one believes that it is their own."""
    client.post(FORGOT, {"email_address": ADMIN})
    Client().post(FORGOT, {"email_address": MEMBER})
    link = link_to_set(MEMBER)
    page = text(client.get("/authenticate", link))
    assert ADMIN not in page
    assert "asked for in another browser" in page
    answer = client.post("/authenticate", {**link, "password": PASSWORD})
    assert_asks(client, answer, asked=ADMIN, came=MEMBER)
    assert yes(client, MEMBER)["Location"] == "/"


def test_a_link_to_set_a_password_for_another_asks_who_is_signed_in(client: Client) -> None:
    sign_in(client, ADMIN)
    Client().post(FORGOT, {"email_address": MEMBER})
    answer = client.post("/authenticate", {**link_to_set(MEMBER), "password": PASSWORD})
    assert_asks(client, answer, asked=ADMIN, came=MEMBER)


def test_a_yes_is_for_the_address_that_was_shown(client: Client) -> None:
    """Another tab may have brought another since."""
    ask_for_code(client, ADMIN)
    client.post("/authenticate", mallory_link())
    answer = yes(client, INVITED)
    assert answer.status_code == 200
    assert MEMBER in text(answer)
    assert client.get("/")["Location"] == "/login"


def test_a_yes_needs_its_csrf_token() -> None:
    """(QUALITY 21)"""
    client = Client(enforce_csrf_checks=True)
    assert yes(client, MEMBER).status_code == 403
    assert client.post(f"{HERE}/not").status_code == 403


def test_only_this_browser_can_say_yes(client: Client) -> None:
    ask_for_code(client, ADMIN)
    client.post("/authenticate", mallory_link())
    other = Client()
    assert yes(other, MEMBER)["Location"] == "/login"
    assert not OTHERS & other.cookies.keys()


def test_after_ten_minutes_it_is_over(client: Client) -> None:
    ask_for_code(client, ADMIN)
    client.post("/authenticate", invitation("guest@elsewhere.example"))
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        assert yes(client, "guest@elsewhere.example")["Location"] == "/login/code"
        assert client.get("/")["Location"] == "/login"


def test_a_session_that_ended_meanwhile_is_said_to_be_over(client: Client) -> None:
    ask_for_code(client, ADMIN)
    guest = "guest@elsewhere.example"
    client.post("/authenticate", invitation(guest))
    MemberSession.objects.filter(member__email_address=guest).update(revoked_at=timezone.now())
    assert yes(client, guest)["Location"] == "/login/code"
    assert "That sign-in is over" in text(client.get("/login/code"))


def test_an_outage_leaves_the_question_open(client: Client, through: Any) -> None:
    """(QUALITY 63)"""
    ask_for_code(client, ADMIN)
    guest = "guest@elsewhere.example"
    client.post("/authenticate", invitation(guest))
    through(transports.Down())
    assert yes(client, guest).status_code == 503
    through(transports.Counting())
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
        assert yes(client, guest)["Location"] == "/"


def test_under_htmx_the_whole_page_goes_on(client: Client) -> None:
    ask_for_code(client, ADMIN)
    client.post("/authenticate", mallory_link())
    assert yes(client, MEMBER, headers={"HX-Request": "true"})["HX-Redirect"] == "/"


class Registered(transports.Counting):
    """As Stytch: redirect URLs are taken as they are registered, query and all."""

    def handle_request(self, request: Any) -> Any:
        if b"asked%3D" in request.read() or b"?asked=" in request.content:
            no = transports.refusal(400, "query_params_do_not_match")
            return no.handle_request(request)
        return super().handle_request(request)


def test_where_links_carry_no_mark_a_person_presses(
    client: Client, through: Any, caplog: pytest.LogCaptureFixture
) -> None:
    through(Registered())
    ask_for_link(client, MEMBER, next="/switch")
    link = newest_link(MEMBER)
    assert "asked" not in link
    page = text(client.get("/authenticate", link))
    assert "data-autosubmit" not in page
    assert f"asked for a link as <strong>{MEMBER}</strong>" in page
    assert client.post("/authenticate", link)["Location"] == "/switch"
    assert "links carry no mark" in caplog.text


def test_where_links_carry_no_mark_anothers_is_found_out_all_the_same(
    client: Client, through: Any
) -> None:
    through(Registered())
    ask_for_link(client, ADMIN)
    answer = client.post("/authenticate", mallory_link())
    assert_asks(client, answer, asked=ADMIN, came=MEMBER)


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("way", ["google", "sso"])
def test_a_provider_that_brings_another_than_the_step_is_for(client: Client, way: str) -> None:
    """The step is the admin's, and a colleague is signed in at the provider."""
    prove(client, ADMIN)
    choose(client, "Initech")
    identity().organizations.members.create(
        organization_id=identity().organizations.get("initech").organization_id,
        email_address=MEMBER,
    )
    door = sso_of(client, "/o/initech/login")
    door = door if way == "sso" else "/o/initech/login/with/google"
    answer = land(client, at_provider(client, set_out(client, door), person=MEMBER))
    if answer.status_code == 200:  # refused by the service: nobody is in either
        assert "didn’t sign you in" in text(answer)
        assert not OTHERS & answer.cookies.keys()
    else:
        assert_asks(client, answer, asked=ADMIN, came=MEMBER)


@pytest.mark.usefixtures("provider")
def test_a_provider_that_brings_another_than_who_is_signed_in(client: Client) -> None:
    sign_in(client, MEMBER)
    url = at_provider(client, set_out(client, "/o/acme/login/with/google"), person=ADMIN)
    assert_asks(client, land(client, url), asked=MEMBER, came=ADMIN)


@pytest.mark.usefixtures("provider")
def test_whom_nobody_named_a_provider_may_bring(client: Client) -> None:
    """A mail that another tab waits for says nothing about this one."""
    ask_for_code(client, ADMIN)
    url = at_provider(client, set_out(client, "/o/acme/login/with/google"), person=MEMBER)
    assert land(client, url)["Location"] == "/"


def test_a_password_is_for_the_address_it_was_typed_with(
    client: Client, settings: Settings
) -> None:
    Client().post(FORGOT, {"email_address": MEMBER})
    Client().post("/authenticate", {**link_to_set(MEMBER), "password": PASSWORD})
    ask_for_code(client, ADMIN)
    sent = {"email_address": MEMBER, "password": PASSWORD}
    assert client.post("/o/acme/login/password", sent)["Location"] == "/"
