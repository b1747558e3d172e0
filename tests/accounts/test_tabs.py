"""Tabs of one browser that sign in beside each other: each goes on with what it began itself."""

import html
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Organization
from tests import transports
from tests.providing import at_provider, land, set_out, sso_of
from tests.signing_in import (
    ADMIN,
    INVITED,
    MEMBER,
    NEWCOMER,
    STRANGER,
    ask_for_code,
    ask_for_link,
    choose,
    here,
    newest_code,
    newest_link,
    prove,
    target,
)

pytestmark = pytest.mark.usefixtures("demo")

CODE = "/login/code"
DISCOVERY, ACME = "/login/with/google", "/o/acme/login/with/google"
SENT = "/v1/b2b/otps/email/discovery/authenticate"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def enter(client: Client, address: str, *, code: str = "", **more: Any) -> Any:
    """As the form does that waits for a mail to this address."""
    fields = {"email_address": address, "code": code or newest_code(address)}
    return client.post(CODE, fields, **more)


@pytest.mark.parametrize("first", [0, 1])
def test_each_tab_sends_its_own_code(client: Client, first: int) -> None:
    """And in either order."""
    tabs = [MEMBER, INVITED]
    for address in tabs:
        ask_for_code(client, address)
    places = {"/", "/organizations"}
    assert enter(client, tabs[first])["Location"] in places
    assert enter(client, tabs[1 - first])["Location"] in places


def test_a_wrong_code_in_one_tab_leaves_the_others_choice(client: Client) -> None:
    ask_for_code(client, MEMBER)
    prove(client, ADMIN)
    assert "doesn’t match" in text(enter(client, MEMBER, code=wrong(newest_code(MEMBER))))
    assert "Choose an organization" in text(client.get("/organizations"))


def test_the_first_tabs_right_code_costs_the_second_nothing(client: Client, through: Any) -> None:
    ask_for_code(client, MEMBER)
    ask_for_code(client, ADMIN)
    calls = through(Judged())
    assert enter(client, MEMBER)["Location"] == "/"
    assert calls.judged == [MEMBER]
    assert "You’re in Acme" in text(client.get("/"))


def test_a_wrong_code_is_a_try_at_its_own_address(client: Client, through: Any) -> None:
    ask_for_code(client, MEMBER)
    ask_for_code(client, ADMIN)
    calls = through(Judged())
    page = text(enter(client, MEMBER, code=wrong(newest_code(MEMBER))))
    assert "doesn’t match" in page
    assert MEMBER in page
    assert calls.judged == [MEMBER]
    assert enter(client, ADMIN)["Location"] == "/organizations"
    assert calls.judged == [MEMBER, ADMIN]


def test_a_form_that_waits_for_nothing_here_is_told_so(client: Client, through: Any) -> None:
    """It costs no try at anybody's code, and the other tab's mail stays good."""
    ask_for_code(client, ADMIN)
    through(transports.Untouchable())
    page = text(enter(client, STRANGER, code="123456"))
    assert f"has since asked for a code for {ADMIN}" in page
    assert f'value="{STRANGER}"' in page
    under_htmx = enter(client, STRANGER, code="123456", headers={"HX-Request": "true"})
    assert under_htmx["HX-Retarget"] == "body"
    through(transports.Counting())
    assert enter(client, ADMIN)["Location"] == "/organizations"


def test_so_is_one_whose_code_took_too_long(client: Client, through: Any) -> None:
    ask_for_code(client, MEMBER)
    code = newest_code(MEMBER)
    with time_machine.travel(timezone.now() + timedelta(minutes=9), tick=False):
        ask_for_code(client, ADMIN)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        through(transports.Untouchable())
        page = text(enter(client, MEMBER, code=code))
        assert "took longer than ten minutes" in page
        assert f'value="{MEMBER}"' in page
        through(transports.Counting())
        assert enter(client, ADMIN)["Location"] == "/organizations"


def test_of_many_the_oldest_is_forgotten(client: Client, through: Any) -> None:
    for address in (STRANGER, NEWCOMER, INVITED, MEMBER, ADMIN):
        ask_for_code(client, address)
    through(transports.Untouchable())
    assert "has since asked for a code for" in text(enter(client, STRANGER, code="123456"))
    through(transports.Counting())
    assert enter(client, NEWCOMER)["Location"] == "/organizations"


def test_a_form_without_its_address_means_the_newest(client: Client) -> None:
    ask_for_code(client, ADMIN)
    ask_for_code(client, MEMBER)
    assert client.post(CODE, {"code": newest_code(MEMBER)})["Location"] == "/"


def test_a_new_code_goes_to_the_address_of_its_page(client: Client) -> None:
    """The button on the first tab's page, after the second asked for another's."""
    ask_for_code(client, MEMBER)
    page = text(client.get(CODE))
    ask_for_code(client, ADMIN)
    assert f'name="again" value="{MEMBER}"' in page
    before = newest_code(MEMBER)
    client.post("/login/resend", {"again": MEMBER})
    assert newest_code(MEMBER) != before
    assert MEMBER in text(client.get(CODE))


def test_what_another_tab_wanted_is_not_where_this_one_goes(client: Client) -> None:
    ask_for_code(client, MEMBER, next="/switch")
    ask_for_code(client, ADMIN, next="/security")
    assert enter(client, MEMBER)["Location"] == "/switch"


@pytest.mark.parametrize("first", [0, 1])
def test_each_tabs_link_is_one_that_was_asked_for_here(client: Client, first: int) -> None:
    tabs = [MEMBER, ADMIN]
    for address in tabs:
        ask_for_link(client, address)
    page = text(client.get("/authenticate", newest_link(tabs[first])))
    assert "data-autosubmit" in page
    assert tabs[first] in page
    answer = client.post("/authenticate", newest_link(tabs[first]))
    assert answer["Location"] in {"/", "/organizations"}


def test_no_cookie_outgrows_a_browser(client: Client) -> None:
    """(QUALITY 3)"""
    for number in range(6):
        address = f"{'a' * 60}{number}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example"
        ask_for_code(client, address, next=f"/switch?{'n' * 480}")
        assert f"{'a' * 60}{number}@" in text(client.get(CODE))
    for name, morsel in client.cookies.items():
        assert len(name) + len(morsel.coded_value) <= 4096


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("first", [0, 1])
def test_two_tabs_at_a_provider_come_back_in_either_order(client: Client, first: int) -> None:
    urls = [
        at_provider(client, set_out(client, ACME, next=onward), person=MEMBER)
        for onward in ("/switch", "/sessions")
    ]
    wanted = ["/switch", "/sessions"]
    for turn in (first, 1 - first):
        assert land(client, urls[turn])["Location"] == wanted[turn]
    assert "You’re in Acme" in text(client.get("/"))


@pytest.mark.usefixtures("provider")
def test_both_may_be_away_at_once_and_to_different_places(client: Client) -> None:
    """One to Initech's own single sign-on, one to Google to find an organization."""
    there = set_out(client, sso_of(client, "/o/initech/login"))
    anywhere = set_out(client, DISCOVERY)
    sso, google = at_provider(client, there), at_provider(client, anywhere)
    assert land(client, sso)["Location"] == "/"
    assert "You’re in Initech" in text(client.get("/"))
    assert land(client, google)["Location"] == "/organizations"


@pytest.mark.usefixtures("provider")
def test_cancelling_in_one_tab_leaves_the_other(client: Client) -> None:
    kept = at_provider(client, set_out(client, ACME), person=MEMBER)
    page = land(client, at_provider(client, set_out(client, ACME), choice="cancel"))
    assert "didn’t sign you in" in text(page)
    assert land(client, kept)["Location"] == "/"


@pytest.mark.usefixtures("provider")
def test_somebody_elses_answer_spoils_nothing(client: Client) -> None:
    """(QUALITY 22): it is refused, and what this browser began goes on."""
    own = at_provider(client, set_out(client, ACME), person=MEMBER)
    mallory = Client()
    answer = land(client, at_provider(mallory, set_out(mallory, ACME), person=ADMIN))
    assert "didn’t sign you in" in text(answer)
    assert land(client, own)["Location"] == "/"


@pytest.mark.usefixtures("provider")
def test_only_the_kind_of_token_that_is_waited_for_is_taken(client: Client, through: Any) -> None:
    """A token of a kind that nobody here set out for is not even tried."""
    set_out(client, DISCOVERY)
    through(transports.Untouchable())
    for kind in ("oauth", "sso"):
        brought = {"stytch_token_type": kind, "token": "t" * 44}
        for answer in (client.get("/authenticate", brought), client.post("/authenticate", brought)):
            assert answer.status_code == 400
            assert "didn’t begin here" in text(answer)


@pytest.mark.usefixtures("provider")
def test_of_many_tabs_the_oldest_gives_way(client: Client) -> None:
    urls = [at_provider(client, set_out(client, DISCOVERY), person=MEMBER) for _ in range(5)]
    assert "didn’t sign you in" in text(land(client, urls[0]))
    assert land(client, urls[1])["Location"] == "/"


def test_leaving_a_step_leaves_what_other_tabs_wait_for(client: Client) -> None:
    ask_for_code(client, MEMBER)
    prove(client, ADMIN)
    client.post("/pending/abandon")
    assert enter(client, MEMBER)["Location"] == "/"


def test_signing_out_leaves_nothing_waiting(client: Client) -> None:
    """(QUALITY 39)"""
    ask_for_code(client, ADMIN)
    prove(client, MEMBER)
    client.post("/logout", {"organization_id": here(client)})
    page = text(enter(client, ADMIN))
    assert "Work email" in page
    assert not client.cookies["stytch_session"].value


class Judged(transports.Counting):
    """Remembers whose codes were tried."""

    def __init__(self) -> None:
        super().__init__()
        self.judged: list[str] = []

    def handle_request(self, request: Any) -> Any:
        if request.url.path == SENT:
            self.judged.append(json.loads(request.read())["email_address"])
        return super().handle_request(request)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_choice_drawn_for_another_address_enters_nothing(client: Client) -> None:
    """The other tab has proven somebody else since: this one's row would be entered as them."""
    prove(client, ADMIN)
    drawn = client.get("/organizations").content.decode()
    row = target(client, "Acme")
    prove(client, INVITED)
    form = {"email_address": ADMIN, "target": row}
    assert f'name="email_address" value="{ADMIN}"' in drawn
    assert client.post("/organizations/choose", form)["Location"] == "/organizations"
    assert f"gone on as {INVITED} since" in text(client.get("/organizations"))
    assert client.get("/")["Location"] == "/login"


def test_an_organization_named_for_another_address_is_not_founded(client: Client) -> None:
    prove(client, STRANGER)
    assert f'name="email_address" value="{STRANGER}"' in text(client.get("/organizations/new"))
    prove(client, INVITED)
    answer = client.post(
        "/organizations/new", {"email_address": STRANGER, "name": "Zed Ltd", "slug": "zed"}
    )
    assert f"gone on as {INVITED} since" in text(answer)
    assert "Zed Ltd" in text(answer), "what was typed is kept"
    assert not Organization.objects.filter(organization_slug="zed").exists()


def test_a_second_step_drawn_for_another_address_tries_nothing(client: Client, through) -> None:
    """The second step of the tab that came later isn't set up by a press in the one before."""
    prove(client, ADMIN)
    choose(client, "Globex")
    calls = through(transports.Counting())
    form = {"email_address": MEMBER}
    where = reverse("accounts:second_factor_registration")
    assert client.post(where, form)["Location"] == "/second-factor"
    assert calls.paths == []
