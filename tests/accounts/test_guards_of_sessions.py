"""Faults that went unnoticed: what guards whose session a browser is in, and who may keep it."""

import json
from typing import Any

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client

from accounts import flights
from accounts.client.outcomes import Authenticated
from accounts.client.tokens import Tokens
from accounts.retirement import retire
from tests import transports
from tests.accounts.backend import Backend
from tests.accounts.browser import Browser
from tests.accounts.test_lifetime import At, capped as capped, extend, minutes_left
from tests.accounts.test_takeover import PLACE, Elsewhere, send_json
from tests.signing_in import ADMIN, MEMBER, choose, prove, sign_in

PASSWORDS = "/v1/b2b/passwords/authenticate"


class Sent(transports.Counting):
    """Remembers what was sent to one path."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.sent = path, list[dict[str, Any]]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == self.path:
            self.sent.append(json.loads(request.read()))
        return super().handle_request(request)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("address", "goes_along"), [(ADMIN, True), (MEMBER, False)])
def test_a_password_brings_the_step_of_its_own_address_alone(
    client: Client, through: Any, address: str, goes_along: bool
) -> None:
    """Somebody else's password begins from nothing, whatever step waits here."""
    prove(client, ADMIN)
    choose(client, "Initech")
    calls = through(Sent(PASSWORDS))
    client.post("/o/initech/login/password", {"email_address": address, "password": "x" * 12})
    (sent,) = calls.sent
    assert ("intermediate_session_token" in sent) is goes_along


@pytest.mark.usefixtures("demo")
def test_another_session_of_the_same_member_is_in_the_way() -> None:
    """The member is the same, the session isn't: nothing takes its place unasked."""
    browser = Client()
    sign_in(browser, MEMBER)
    before = browser.cookies["stytch_session"].value
    answer = send_json(browser, Elsewhere(MEMBER).tokens)
    assert (answer.status_code, answer.json()["error"]) == (409, "already_signed_in")
    assert browser.cookies["stytch_session"].value == before


@pytest.mark.usefixtures("demo")
def test_the_jwt_of_another_session_of_the_same_member_is_refused(client: Client) -> None:
    one, other = Elsewhere(MEMBER).tokens, Elsewhere(MEMBER).tokens
    answer = send_json(client, {**one, "session_jwt": other["session_jwt"]})
    assert (answer.status_code, answer.json()["error"]) == (400, "jwt_mismatch")
    assert client.post(PLACE, one)["Location"] == "/"


def test_nobody_shares_an_answer_about_a_session_that_was_retired(backend: Backend) -> None:
    """Within the seconds in which several requests share one, the session may end."""
    outcome, asked = backend.sign_in(), []

    def ask(tokens: Tokens) -> Authenticated:
        asked.append(tokens)
        return outcome

    flights.share(outcome.tokens, ask)
    retire(outcome.tokens)
    flights.share(outcome.tokens, ask)
    assert len(asked) == 2


@pytest.mark.usefixtures("capped", "demo")
def test_staying_signed_in_right_after_a_beat_still_extends(client: Client, at: At) -> None:
    """The beat's answer is shared for seconds, and says nothing of a later end."""
    sign_in(client, MEMBER)
    at(30)
    client.cookies["stytch_session_jwt"] = ""
    client.post("/session/refresh")
    before = client.cookies["stytch_session"].value
    client.cookies["stytch_session_jwt"] = ""  # as another tab's, whose answer is on its way
    left = minutes_left(client, 30)
    extend(client)
    assert minutes_left(client, 30) > left
    assert client.cookies["stytch_session"].value == before


def test_an_answer_with_a_cookie_is_kept_by_no_cache_whatever_it_says(browser: Browser) -> None:
    """(QUALITY 15): its own Cache-Control speaks of its content, and knows of no cookie."""

    def serve(request: Any) -> HttpResponse:
        response = HttpResponse("the same for all", headers={"Cache-Control": "max-age=60"})
        response.set_cookie("theme", "dark")
        return response

    answer = browser.act(serve)
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]
