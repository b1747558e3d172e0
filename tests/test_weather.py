"""Bad weather can be made to try things: how it is told, what it does, and where it can't be."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from project.forecast import Weather, checked, parse
from project.weather import Sky, WeatherTransport, sky
from project.weather_page import CHOICES
from tests.test_settings import PRODUCTION, start
from tests.transports import Answering

PAGE = "/dev/weather/"
SESSIONS, DISCOVERY = "/v1/b2b/sessions/authenticate", "/v1/b2b/otps/email/discovery/send"


@pytest.fixture(autouse=True)
def _fair_afterwards(settings: Settings) -> Iterator[None]:
    settings.DEBUG = True
    yield
    sky.told = None


@dataclass
class Day:
    """A service that always answers, under a sky; sleeping takes no time, and is written down."""

    slept: list[float] = field(default_factory=list)
    chance: float = 0.5

    def __post_init__(self) -> None:
        transport = WeatherTransport(
            Answering(200, {"here": True}), sleep=self.slept.append, chance=lambda: self.chance
        )
        self.client = httpx.Client(transport=transport, base_url="http://identity.invalid")

    def ask(self, path: str = SESSIONS, **more: float) -> httpx.Response:
        return self.client.post(path, **more)


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("slow", (Weather("slow", 3),)),
        ("slow=9", (Weather("slow", 9),)),
        ("429", (Weather("429", 20),)),
        ("500%20", (Weather("500", 0, 20),)),
        ("fail@/v1/b2b/sessions", (Weather("fail", 0, 100, "/v1/b2b/sessions"),)),
        ("slow=2%30@/v1, nothing,", (Weather("slow", 2, 30, "/v1"), Weather("nothing"))),
    ],
)
def test_it_is_told_in_a_word(text: str, expected: tuple[Weather, ...]) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text", ["rain", "slow=", "slow=-1", "slow=1.5", "fail=3", "500%101", "fail@sessions", "slow 3"]
)
def test_what_is_no_weather_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="IDENTITY_WEATHER"):
        checked(text, allowed=True)


def test_it_is_fair_until_somebody_says_otherwise(day: Day) -> None:
    assert day.ask().json() == {"here": True}
    assert not day.slept


def test_slow_takes_its_time_and_answers(day: Day) -> None:
    sky.told = "slow=3"
    assert day.ask().json() == {"here": True}
    assert day.slept == [3]


@pytest.mark.parametrize("told", ["nothing", "slow=9"])
def test_nobody_waits_longer_than_they_would_over_the_network(day: Day, told: str) -> None:
    """The time limits hold in this process, too (QUALITY 63)."""
    sky.told = told
    with pytest.raises(httpx.ReadTimeout):
        day.ask(timeout=2.0)
    assert day.slept == [2.0]


def test_nobody_listens(day: Day) -> None:
    sky.told = "fail"
    with pytest.raises(httpx.ConnectError):
        day.ask()


def test_it_answers_in_the_services_stead(day: Day) -> None:
    found = {}
    for told in ("403", "429=7", "500", "nonsense"):
        sky.told = told
        answer = day.ask()
        found[told] = (answer.status_code, answer.headers.get("Retry-After"))
    assert found == {
        "403": (403, None),
        "429=7": (429, "7"),
        "500": (500, None),
        "nonsense": (200, None),
    }


def test_it_may_befall_some_calls_only(day: Day) -> None:
    sky.told = f"429@{SESSIONS}, 500%30"
    assert day.ask(SESSIONS).status_code == 429
    day.chance = 0.29
    assert day.ask(DISCOVERY).status_code == 500
    day.chance = 0.3
    assert day.ask(DISCOVERY).status_code == 200


def test_the_setting_holds_until_somebody_says_otherwise(settings: Settings) -> None:
    settings.IDENTITY_WEATHER = "fail"
    assert Sky().text == "fail"
    assert Sky(told="").text == ""


def test_without_debug_it_is_always_fair(settings: Settings, day: Day) -> None:
    """(QUALITY 73)"""
    settings.IDENTITY_WEATHER = sky.told = "fail"
    settings.DEBUG = False
    assert day.ask().json() == {"here": True}


def refused(started: subprocess.CompletedProcess[str]) -> bool:
    return started.returncode != 0 and "IDENTITY_WEATHER" in started.stdout


def test_no_production_starts_with_it(tmp_path: Path) -> None:
    """Nor with another server's service, and not with what it can't understand (QUALITY 69, 73)."""
    assert refused(start(tmp_path, **PRODUCTION, IDENTITY_WEATHER="slow"))
    elsewhere = {"DEBUG": "true", "IDENTITY_URL": "https://test.stytch.com"}
    assert refused(start(tmp_path, **elsewhere, IDENTITY_WEATHER="slow"))
    assert refused(start(tmp_path, DEBUG="true", IDENTITY_WEATHER="rain"))


def test_the_page_offers_each_weather_and_shows_the_one_that_is(client: Client) -> None:
    sky.told = "nothing"
    shown = client.get(PAGE).content.decode()
    assert all(f'value="{text}"' in shown for text, _, _ in CHOICES)
    assert shown.count('aria-current="true"') == 1
    assert 'value="nothing" aria-current="true"' in shown


@pytest.mark.parametrize("told", [text for text, _, _ in CHOICES])
def test_a_press_changes_it(client: Client, told: str) -> None:
    answer = client.post(PAGE, {"weather": told})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert sky.text == told


def test_what_is_no_weather_is_said_and_kept_for_correcting(client: Client) -> None:
    sky.told = "slow"
    shown = client.post(PAGE, {"weather": "rain <b>"}).content.decode()
    assert "“rain &lt;b&gt;” is no weather." in shown
    assert 'value="rain &lt;b&gt;"' in shown
    assert sky.text == "slow"


def test_no_get_changes_it_and_no_other_site_can(client: Client) -> None:
    """(QUALITY 19, 20)"""
    client.get(PAGE, {"weather": "fail"})
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PAGE, {"weather": "fail"}).status_code == 403
    assert sky.text == ""


@pytest.mark.parametrize("send", [Client.get, Client.post], ids=["get", "post"])
def test_without_debug_there_is_no_page(
    client: Client, settings: Settings, send: Callable[..., httpx.Response]
) -> None:
    """(QUALITY 73)"""
    settings.DEBUG = False
    assert send(client, PAGE, {"weather": "fail"}).status_code == 404
    assert sky.told is None
