"""Entering the code: right, wrong, late, twice, and somewhere else."""

from datetime import timedelta

import httpx
import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests import transports
from tests.signing_in import (
    ADMIN,
    INVITED,
    MEMBER,
    NEWCOMER,
    STRANGER,
    ask_for_code,
    newest_code,
    prove,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("demo")


def test_says_where_the_mail_went(client: Client) -> None:
    ask_for_code(client, ADMIN)
    page = client.get("/login/code").content.decode()
    assert f"We sent a six-digit code to <strong>{ADMIN}</strong>. It works for 10 minutes." in page


def test_the_field_helps_with_typing(client: Client) -> None:
    """(QUALITY 30)"""
    ask_for_code(client, ADMIN)
    page = client.get("/login/code").content.decode()
    assert page.count('name="code"') == 1
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page


def test_where_the_one_organization_refuses_the_choice_says_so(client: Client, settings) -> None:
    ask_for_code(client, MEMBER)
    settings.IDENTITY_TRANSPORT = transports.dotted_path(NoExchange())
    assert client.post("/login/code", {"code": newest_code(MEMBER)})["Location"] == "/organizations"
    assert "Choose an organization" in client.get("/organizations").content.decode()


def test_one_ready_organization_is_entered_at_once(client: Client) -> None:
    assert prove(client, MEMBER)["Location"] == "/"
    assert "You’re in Acme" in client.get("/").content.decode()


@pytest.mark.parametrize("address", [ADMIN, NEWCOMER, INVITED])
def test_where_there_is_something_to_decide_it_is_asked(client: Client, address: str) -> None:
    assert prove(client, address)["Location"] == "/organizations"


def test_who_is_in_no_organization_creates_one(client: Client) -> None:
    prove(client, STRANGER)
    assert client.get("/organizations")["Location"] == "/organizations/new"
    page = client.get("/organizations/new").content.decode()
    assert "isn’t in an organization yet" in page


@pytest.mark.parametrize("around", ["{0} {1}", "{0}-{1}", " {0}\u2013{1}\n", "{0}\u00a0{1}\u200b"])
def test_a_pasted_code_may_have_something_around_it(client: Client, around: str) -> None:
    """(QUALITY 30)"""
    ask_for_code(client, MEMBER)
    code = newest_code(MEMBER)
    answer = client.post("/login/code", {"code": around.format(code[:3], code[3:])})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_not_even_tried(client: Client, through, typed: str) -> None:
    ask_for_code(client, MEMBER)
    through(transports.Untouchable())
    answer = client.post("/login/code", {"code": typed})
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_wrong_code_says_what_to_do_and_the_right_one_still_works(client: Client) -> None:
    ask_for_code(client, MEMBER)
    answer = client.post("/login/code", {"code": wrong(newest_code(MEMBER))})
    assert answer.status_code == 200
    assert "That code doesn’t match. Check the newest email, or send a new code." in (
        answer.content.decode()
    )
    assert client.post("/login/code", {"code": newest_code(MEMBER)})["Location"] == "/"


def test_under_htmx_only_the_form_comes_back(client: Client) -> None:
    ask_for_code(client, MEMBER)
    answer = client.post(
        "/login/code", {"code": wrong(newest_code(MEMBER))}, headers={"HX-Request": "true"}
    )
    assert answer.content.decode().strip().startswith('<form class="form" id="code-form"')
    good = client.post("/login/code", {"code": newest_code(MEMBER)}, headers={"HX-Request": "true"})
    assert good["HX-Redirect"] == "/"


def test_the_same_code_posted_twice_is_good_twice(client: Client) -> None:
    """As autofill and an impatient hand do it (QUALITY 28)."""
    ask_for_code(client, MEMBER)
    twin = Client()
    twin.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    code = newest_code(MEMBER)
    assert client.post("/login/code", {"code": code})["Location"] == "/"
    assert twin.post("/login/code", {"code": code})["Location"] == "/"


def test_a_code_is_used_up_by_signing_in_and_out_again(client: Client) -> None:
    """(QUALITY 26, 39)"""
    ask_for_code(client, MEMBER)
    twin = Client()
    twin.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    code = newest_code(MEMBER)
    client.post("/login/code", {"code": code})
    client.post("/logout")
    answer = twin.post("/login/code", {"code": code})
    assert "That code doesn’t match" in answer.content.decode()


def test_a_code_is_bound_to_the_browser_that_asked(client: Client) -> None:
    """(QUALITY 26)"""
    ask_for_code(client, MEMBER)
    other = Client()
    ask_for_code(other, ADMIN)
    answer = other.post("/login/code", {"code": newest_code(MEMBER)})
    assert "That code doesn’t match" in answer.content.decode()


def test_too_many_wrong_codes_have_to_wait(client: Client, through) -> None:
    ask_for_code(client, MEMBER)
    through(transports.refusal(429, "too_many_requests", retry_after="300"))
    answer = client.post("/login/code", {"code": "123456"})
    assert answer.status_code == 429
    assert "Try again in 5 minutes. Rather than wait, have a link" in answer.content.decode()


def test_a_page_left_open_too_long_begins_anew_with_the_address(client: Client) -> None:
    ask_for_code(client, MEMBER)
    code = newest_code(MEMBER)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        answer = client.post("/login/code", {"code": code})
        page = answer.content.decode()
        assert f'value="{MEMBER}"' in page
        assert "took longer than ten minutes" in page
        ask_for_code(client, MEMBER)
        assert client.post("/login/code", {"code": newest_code(MEMBER)})["Location"] == "/"


def test_without_the_cookie_the_open_form_still_knows_the_address(client: Client) -> None:
    answer = client.post("/login/code", {"code": "123456", "email_address": MEMBER})
    assert f'value="{MEMBER}"' in answer.content.decode()


def test_beginning_anew_under_htmx_replaces_the_page(client: Client) -> None:
    answer = client.post(
        "/login/code",
        {"code": "123456", "email_address": MEMBER},
        headers={"HX-Request": "true"},
    )
    assert answer["HX-Retarget"] == "body"
    assert "<title>Sign in" in answer.content.decode()


def test_coming_here_without_a_step_asks_for_the_address(client: Client) -> None:
    answer = client.get("/login/code")
    assert b"Work email" in answer.content


def test_an_outage_loses_nothing(client: Client, through, settings) -> None:
    ask_for_code(client, MEMBER)
    code = newest_code(MEMBER)
    before = settings.IDENTITY_TRANSPORT
    through(transports.Down())
    assert client.post("/login/code", {"code": code}).status_code == 503
    settings.IDENTITY_TRANSPORT = before
    assert client.post("/login/code", {"code": code})["Location"] == "/"


def test_a_link_can_be_asked_for_instead(client: Client) -> None:
    ask_for_code(client, MEMBER)
    client.post("/login/link")
    assert "sign-in link" in client.get("/login/code").content.decode()
    assert len(mail.outbox) == 2


def test_a_living_session_is_not_replaced_unasked(client: Client) -> None:
    """Who proves an address anew while signed in chooses, and keeps the session till then."""
    sign_in(client, MEMBER)
    session = client.cookies["stytch_session"].value
    client.post("/login/resend", {"email_address": MEMBER})
    assert client.post("/login/code", {"code": newest_code(MEMBER)})["Location"] == "/organizations"
    assert client.cookies["stytch_session"].value == session


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


class NoExchange(transports.Counting):
    """The service as it is, but nobody may enter any organization."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/intermediate_sessions/exchange"):
            no = transports.refusal(403, "organization_suspended")
            return no.handle_request(request)
        return super().handle_request(request)
