"""A session made elsewhere is taken over by this browser, or refused for a reason."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import takeover
from accounts.auth import AuthRequest
from accounts.client.errors import SessionExpired
from accounts.client.tokens import Tokens
from accounts.hydration import hydrate
from accounts.middleware import AuthMiddleware
from accounts.service import identity
from tests import transports
from tests.checks import both_checks, written
from tests.signing_in import ADMIN, MEMBER, prove, sign_in, switch

pytestmark = pytest.mark.usefixtures("demo")

PLACE = "/session/hydrate"
AUTHENTICATE = "/v1/b2b/sessions/authenticate"
JSON = {"Accept": "application/json"}


class Elsewhere:
    """A backend, an app or a test that has made a session, and holds its tokens."""

    def __init__(self, address: str = MEMBER, organization: str = "Acme") -> None:
        self.client, self.jwt = Client(), ""
        sign_in(self.client, address, organization)

    @property
    def tokens(self) -> dict[str, str]:
        held = self.client.cookies
        token = held["stytch_session"].value
        if "stytch_session_jwt" in held:
            return {"session_token": token, "session_jwt": held["stytch_session_jwt"].value}
        if not self.jwt:
            asked = identity().sessions.authenticate(Tokens(token, "", timezone.now()))
            self.jwt = asked.tokens.session_jwt
        return {"session_token": token, "session_jwt": self.jwt}

    def ends_it(self) -> None:
        self.client.post("/logout")


@pytest.fixture
def made() -> Elsewhere:
    return Elsewhere()


def send_json(client: Client, body: Any, **headers: str) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(PLACE, text, content_type="application/json", headers=headers)


def session_cookies(answer: HttpResponse) -> set[str]:
    return {
        name
        for name, morsel in answer.cookies.items()
        if name.startswith("stytch_session") and morsel.value
    }


def test_a_form_takes_it_over_and_goes_where_one_was_going(client: Client, made: Elsewhere) -> None:
    answer = client.post(PLACE, {**made.tokens, "next": "/security"})
    assert answer["Location"] == "/security"
    page = client.get("/")
    assert "You’re in Acme" in page.content.decode()
    assert client.cookies["stytch_session"]["httponly"]
    assert client.cookies["stytch_session"]["expires"]


@both_checks
def test_json_takes_it_over_and_tells_the_state_without_a_token(
    client: Client, made: Elsewhere, session_check: str
) -> None:
    """(QUALITY 4)"""
    answer = send_json(client, made.tokens)
    assert answer.status_code == 200
    state = answer.json()
    assert (state["state"], state["organization_name"]) == ("signed_in", "Acme")
    assert state["session"]["email_address"] == MEMBER
    held = {client.cookies[name].value for name in written(session_check)}
    for secret in {*made.tokens.values(), *held}:
        assert secret not in answer.content.decode()
    assert session_cookies(answer) >= written(session_check)
    assert ("stytch_session_jwt" in session_cookies(answer)) == (session_check == "jwt")
    later, seen = client.get("/session", headers=JSON).json()["session"], "last_accessed_at"
    assert later | {seen: ""} == state["session"] | {seen: ""}


def test_the_token_alone_is_enough(client: Client, made: Elsewhere) -> None:
    """`updateSession` takes its JWT or leaves it (CONTRACT 7.1)."""
    token = made.tokens["session_token"]
    assert client.post(PLACE, {"session_token": token})["Location"] == "/"
    assert client.cookies["stytch_session_jwt"].value


def test_both_are_verified_at_the_service_before_a_cookie_is_written(
    client: Client, made: Elsewhere, through
) -> None:
    calls = through(transports.Counting())
    client.post(PLACE, made.tokens)
    assert calls.paths.count(AUTHENTICATE) == 3  # by each of the two, and to note the device
    assert not session_cookies(client.post(PLACE, {**made.tokens, "session_token": "a" * 44}))


def test_a_jwt_past_its_five_minutes_is_as_good_as_its_session(
    client: Client, made: Elsewhere
) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=7), tick=False):
        assert send_json(client, made.tokens).status_code == 200


def test_the_same_again_changes_nothing_and_succeeds(client: Client, made: Elsewhere) -> None:
    for _ in range(2):
        answer = send_json(client, made.tokens)
        assert answer.status_code == 200
    assert client.cookies["stytch_session"].value == made.tokens["session_token"]
    assert made.client.get("/switch").status_code == 200  # nobody has ended it


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "{",
        "[" * 60_000,
        {"session_token": None},
        {"session_token": ["x" * 44]},
        {"session_token": "short"},
        {"session_token": f"{'x' * 22} {'x' * 22}"},
        {"session_token": "ü" * 44},
        {"session_token": "x" * 5000},
        {"session_token": "x" * 44, "session_jwt": "x" * 9000},
    ],
)
def test_what_is_malformed_is_a_400_and_costs_no_call(client: Client, through, body: Any) -> None:
    """(QUALITY 62)"""
    through(transports.Untouchable())
    answer = send_json(client, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")
    assert not session_cookies(answer)


def test_a_forged_jwt_is_a_400_and_costs_no_call_but_for_the_keys(
    client: Client, made: Elsewhere, through
) -> None:
    """(QUALITY 62)"""
    calls = through(transports.Counting())
    answer = send_json(
        client, {**made.tokens, "session_jwt": made.tokens["session_jwt"][:-8] + "A" * 8}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "jwt_mismatch")
    assert AUTHENTICATE not in calls.paths
    assert not session_cookies(answer)


def test_the_jwt_of_another_session_is_a_400(client: Client, made: Elsewhere) -> None:
    other = Elsewhere(ADMIN).tokens["session_jwt"]
    answer = client.post(PLACE, {**made.tokens, "session_jwt": other})
    assert answer.status_code == 400
    assert "isn’t one of this session" in answer.content.decode()
    assert not session_cookies(answer)


def test_a_session_that_is_over_is_a_401(client: Client, made: Elsewhere) -> None:
    tokens = made.tokens
    made.ends_it()
    for answer in (client.post(PLACE, tokens), send_json(client, tokens)):
        assert answer.status_code == 401
        assert "That session is over" in answer.content.decode()
        assert not session_cookies(answer)


def test_whatever_else_the_service_says_is_a_400(client: Client, made: Elsewhere, through) -> None:
    """Another backend may judge the shape of a token by itself."""
    token = {"session_token": made.tokens["session_token"]}
    through(transports.refusal(400, "invalid_session_token"))
    answer = send_json(client, token)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_session_token")
    assert "didn’t accept that" in client.post(PLACE, token).content.decode()


def test_too_many_tries_say_when_to_come_back(client: Client, made: Elsewhere, through) -> None:
    token = {"session_token": made.tokens["session_token"]}
    through(transports.refusal(429, "too_many_requests", retry_after="7"))
    answer = send_json(client, token)
    assert (answer.status_code, answer["Retry-After"]) == (429, "7")


@both_checks
def test_another_live_session_is_in_the_way(client: Client, made: Elsewhere) -> None:
    sign_in(client, ADMIN)
    before = client.cookies["stytch_session"].value
    answer = send_json(client, made.tokens)
    assert (answer.status_code, answer.json()["error"]) == (409, "already_signed_in")
    page = client.post(PLACE, made.tokens)
    assert page.status_code == 409
    assert "You’re signed in already" in page.content.decode()
    assert f"<strong>{ADMIN}</strong>" in page.content.decode()
    assert client.cookies["stytch_session"].value == before
    assert ADMIN in client.get("/").content.decode()
    assert made.client.get("/switch").status_code == 200
    client.post("/logout")
    assert send_json(client, made.tokens).status_code == 200


def test_a_dead_session_is_in_nobodys_way(client: Client, made: Elsewhere) -> None:
    """Even while its JWT would verify here: the service is asked."""
    sign_in(client, ADMIN)
    copy = Client()
    copy.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    copy.post("/logout")
    assert send_json(client, made.tokens).status_code == 200
    assert MEMBER in client.get("/").content.decode()


def test_whoever_was_about_to_sign_in_is_in_after_all(client: Client, made: Elsewhere) -> None:
    """The unfinished step goes, as `updateSession` deletes its cookie (CONTRACT 7.1)."""
    prove(client, ADMIN)
    assert send_json(client, made.tokens).status_code == 200
    assert client.get("/organizations")["Location"] == "/"


def test_an_outage_is_a_503_and_changes_nothing(client: Client, made: Elsewhere, through) -> None:
    """(QUALITY 63)"""
    tokens = made.tokens
    through(transports.Down())
    answer = client.post(PLACE, tokens)
    assert answer.status_code == 503
    assert not session_cookies(answer)


def test_an_outage_while_a_session_may_be_in_the_way_changes_nothing(
    client: Client, made: Elsewhere, through
) -> None:
    """(QUALITY 64)"""
    sign_in(client, ADMIN)
    before = client.cookies["stytch_session"].value
    client.get("/")
    through(SilentSecond())
    assert send_json(client, made.tokens).status_code == 503
    assert client.cookies["stytch_session"].value == before


class SilentSecond(transports.Counting):
    """Verifies what was sent, and then says no more of who is here."""

    def handle_request(self, request: Any) -> Any:
        asked = self.paths.count(AUTHENTICATE)
        return (
            transports.Down().handle_request(request)
            if asked == 2
            else super().handle_request(request)
        )


def test_without_its_form_token_it_is_refused(made: Elsewhere) -> None:
    """Or another site could sign its visitors in as somebody else (QUALITY 19)."""
    strict = Client(enforce_csrf_checks=True)
    for answer in (strict.post(PLACE, made.tokens), send_json(strict, made.tokens)):
        assert answer.status_code == 403
        assert not session_cookies(answer)
    token = strict.get(PLACE, headers=JSON).json()["csrf_token"]
    evil = {"X-CSRFToken": token, "Origin": "https://evil.example"}
    assert send_json(strict, made.tokens, **evil).status_code == 403
    assert (
        send_json(
            Client(enforce_csrf_checks=True), made.tokens, **{"X-CSRFToken": token}
        ).status_code
        == 403
    )
    assert send_json(strict, made.tokens, **{"X-CSRFToken": token}).status_code == 200


def test_a_form_out_of_date_is_offered_again_without_its_tokens(made: Elsewhere) -> None:
    """(QUALITY 4)"""
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        PLACE, {**made.tokens, "next": "/x"}, headers={"Origin": "http://testserver"}
    )
    said = answer.content.decode()
    assert answer.status_code == 403
    assert 'value="/x"' in said
    for secret in made.tokens.values():
        assert secret not in said


def test_no_token_is_told_or_logged(
    client: Client, made: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    """(QUALITY 4)"""
    tokens, other = made.tokens, Elsewhere(ADMIN).tokens
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.post(PLACE, {**tokens, "session_jwt": other["session_jwt"]}),
            client.post(PLACE, {**tokens, "session_token": "x y"}),
            send_json(client, {**tokens, "session_token": "a" * 44}),
            send_json(client, tokens),
            client.post(PLACE, other),
        ]
    said = caplog.text + "".join(
        answer.content.decode() + str(answer.headers) for answer in answers
    )
    for secret in (*tokens.values(), *other.values()):
        assert secret not in said


def test_the_page_offers_its_form_or_says_who_is_here(client: Client) -> None:
    page = client.get(f"{PLACE}?next=/security").content.decode()
    assert "Session token" in page
    assert 'value="/security"' in page
    sign_in(client, MEMBER)
    page = client.get(PLACE).content.decode()
    assert "You’re signed in already" in page
    assert "Session token" not in page


def test_a_view_of_ones_own_takes_over_in_two_lines(made: Elsewhere) -> None:
    def from_the_job(request: AuthRequest) -> HttpResponse:
        outcome = takeover.verified(made.tokens["session_token"])
        return hydrate(request, outcome, next="/reports")

    request = RequestFactory().post("/from-the-job")
    request.htmx = False  # type: ignore[attr-defined]
    answer = AuthMiddleware(from_the_job)(request)  # type: ignore[arg-type]
    assert answer["Location"] == "/reports"
    assert answer.cookies["stytch_session"].value == made.tokens["session_token"]


def test_nobody_makes_an_outcome_of_a_session_that_is_over(made: Elsewhere) -> None:
    tokens = made.tokens
    made.ends_it()
    with pytest.raises(SessionExpired):
        takeover.verified(**tokens)


@both_checks
def test_the_session_taken_over_is_like_any_other(client: Client) -> None:
    """It switches, and it signs out."""
    made = Elsewhere(ADMIN)
    send_json(client, made.tokens)
    assert switch(client, "Globex")["Location"] == "/second-factor"
    client.post("/logout")
    assert made.client.get("/switch")["Location"].startswith("/login")
