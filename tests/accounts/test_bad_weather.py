"""What people meet when the service is slow, down, busy or nonsensical; and that it passes."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from accounts.views.logout import UNCONFIRMED
from project.weather import WeatherTransport, sky
from tests.accounts.storms import PLACES, STALE, Act, sign_in
from tests.signing_in import ADMIN, MEMBER

OUTAGES = ("nothing", "slow=9", "fail", "500", "nonsense")
SESSION, JWT = "stytch_session", "stytch_session_jwt"
OURS = (SESSION, JWT, "stytch_session_stamp", "stytch_intermediate_session_token")
PASSES_IN = 31  # seconds: the circuit's longest rest, and the longest that a 429 is heeded
UNREACHABLE = "We can’t reach sign-in right now"

Through = Callable[[httpx.BaseTransport], httpx.BaseTransport]
pytestmark = pytest.mark.usefixtures("demo", "noon")


@pytest.fixture(autouse=True)
def _under_a_sky(settings: Settings, through: Through) -> Iterator[None]:
    """Waiting takes no time in here."""
    settings.DEBUG = True
    through(WeatherTransport(sleep=lambda seconds: None))
    yield
    sky.told = None


def jar(client: Client) -> dict[str, str]:
    return {name: client.cookies[name].value for name in OURS if name in client.cookies}


def in_weather(told: str, client: Client, act: Act, *, htmx: bool = False) -> Any:
    sky.told = told
    if htmx:
        client.defaults["HTTP_HX_REQUEST"] = "true"
    try:
        return act(client)
    finally:
        sky.told = None
        client.defaults.pop("HTTP_HX_REQUEST", None)


def secrets_of(client: Client, act: Act) -> set[str]:
    """What no page of an outage may hold: the tokens, and what was sent that is used up once."""
    sent = {value for name, value in act.fields.items() if re.search("code|token$|password", name)}
    return {value for value in sent | set(jar(client).values()) if len(value) > 5}


def offered(answer: Any) -> tuple[str, dict[str, str]]:
    """The form that an error page has for sending again, as a browser without scripts sees it."""
    found = re.search(
        r'<form class="form" method="post" action="([^"]+)">(.*?)</form>', text(answer), re.DOTALL
    )
    assert found, "nothing to send again"
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[2])
    again = {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}
    return found[1], again


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


@pytest.mark.parametrize("name", PLACES)
def test_an_outage_is_said_plainly_and_costs_nothing(
    name: str, client: Client, noon: TimeMachineFixture
) -> None:
    """503, cookies as they were, no secret in the page; then it works, if slowly (QUALITY 63)."""
    act = PLACES[name].begin(client, noon)
    before = jar(client)
    for told in OUTAGES:
        answer = in_weather(told, client, act)
        assert answer.status_code == 503, told
        assert UNREACHABLE in text(answer)
        assert answer["Retry-After"]
        assert jar(client) == before, told
        assert PLACES[name].typed in text(answer)
        assert not [each for each in secrets_of(client, act) if each in text(answer)]
        noon.shift(PASSES_IN)
    assert in_weather("slow=3", client, act).status_code in {200, 302}


@pytest.mark.parametrize("name", ["code", "a change of security", "switch", "home, its JWT over"])
def test_under_htmx_the_page_and_its_input_stay(
    name: str, client: Client, noon: TimeMachineFixture
) -> None:
    """(QUALITY 63)"""
    act = PLACES[name].begin(client, noon)
    answer = in_weather("fail", client, act, htmx=True)
    assert answer.status_code == 503
    assert answer["HX-Reswap"] == "none"
    assert UNREACHABLE in text(answer)
    assert "<html" not in text(answer)


@pytest.mark.parametrize("name", [name for name, place in PLACES.items() if place.typed])
def test_what_was_typed_is_sent_again_by_one_press(
    name: str, client: Client, noon: TimeMachineFixture
) -> None:
    """Without scripts too. Codes and passwords are asked for once more, the rest is there."""
    act = PLACES[name].begin(client, noon)
    action, fields = offered(in_weather("fail", client, act))
    assert action == act.path
    noon.shift(PASSES_IN)
    answer = client.post(action, fields)
    if fields == act.fields:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 200
        assert PLACES[name].typed in text(answer)


@pytest.mark.parametrize("name", PLACES)
def test_a_busy_service_says_when_to_come_back(
    name: str, client: Client, noon: TimeMachineFixture
) -> None:
    """In words, and with the step and the session kept (QUALITY 25, 63)."""
    act = PLACES[name].begin(client, noon)
    before = jar(client)
    answer = in_weather("429=20", client, act)
    if answer.status_code == 302:  # a button in a page: the answer is a note in that page
        answer = client.get(answer["Location"])
    said = "20 seconds" if answer.status_code != 503 else UNREACHABLE
    assert said in text(answer)
    assert PLACES[name].typed in text(answer)
    assert jar(client) == before
    noon.shift(20)
    assert act(client).status_code in {200, 302}


@pytest.mark.parametrize("told", [*OUTAGES, "429"])
def test_signed_in_pages_work_until_the_jwt_ends(
    told: str, client: Client, noon: TimeMachineFixture
) -> None:
    """Then they say that nobody is signed out; recovery needs no one (QUALITY 63)."""
    sign_in(client, MEMBER)
    before = jar(client)
    sky.told = told
    for _ in range(5):
        assert "You’re in Acme" in text(client.get("/"))
        noon.shift(60)
    noon.shift(STALE)
    for _ in range(8):
        answer = client.get("/")
        assert answer.status_code == (429 if told == "429" else 503)
        assert "You’re still signed in." in text(answer)
    assert jar(client) == before
    sky.told = None
    noon.shift(PASSES_IN)
    assert "You’re in Acme" in text(client.get("/"))


@pytest.mark.parametrize("told", [*OUTAGES, "429"])
def test_whoever_wants_out_is_out_of_this_browser(told: str, client: Client) -> None:
    """(QUALITY 39)"""
    sign_in(client, MEMBER)
    sky.told = told
    answer = client.post("/logout")
    assert answer["Location"] == "/login"
    assert not jar(client)[SESSION]
    assert UNCONFIRMED in unescape(text(client.get("/login")))


def test_a_stranger_is_not_told_that_they_are_signed_in(client: Client) -> None:
    sky.told = "fail"
    answer = client.post("/login", {"email_address": ADMIN})
    assert "still signed in" not in text(answer)
    assert "Nothing is wrong with what you entered." in text(answer)


def test_a_page_that_was_only_looked_at_tries_again_by_itself(client: Client) -> None:
    """A form never does: whether it was carried out, nobody knows."""
    sign_in(client, MEMBER)
    sky.told = "fail"
    assert "js/again.js" in text(client.get("/security"))
    assert "js/again.js" not in text(client.post("/login", {"email_address": ADMIN}))
