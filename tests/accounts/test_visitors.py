"""What strangers use up, and what is left to a browser that a person has signed in with."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts import known_browsers
from tests import transports
from tests.accounts.test_password import BETTER, GOOD, enter, set_password
from tests.signing_in import ADMIN, MEMBER, STRANGER, ask_for_code, ask_for_link, newest_code

pytestmark = pytest.mark.usefixtures("demo")

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BROWSER = "stytch_session_browser"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _production_limits(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 6
    settings.GUESSES_PER_ADDRESS = 10
    settings.GUESSES_PER_CLIENT = 120


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def sign_in_by_code(client: Client, address: str) -> None:
    ask_for_code(client, address)
    assert client.post("/login/code", {"code": newest_code(address)})["Location"] == "/"


def strangers_ask(address: str, *, blocks: int = 6) -> None:
    """From several /64s of one /48, and from as many /48s."""
    for n in range(blocks):
        for place in (f"2001:db8:0:{n:x}::1", f"2001:db8:{n + 1:x}::1"):
            stranger = Client(REMOTE_ADDR=place)
            for _ in range(7):
                ask_for_code(stranger, address)


def test_a_known_browser_is_mailed_whatever_strangers_ask_for() -> None:
    """A code, a link, and a link to set a password; from anywhere."""
    known = Client(REMOTE_ADDR="203.0.113.1")
    sign_in_by_code(known, MEMBER)
    known.post("/logout")
    known.defaults["REMOTE_ADDR"] = "198.51.100.7"
    strangers_ask(MEMBER)
    assert ask_for_code(Client(REMOTE_ADDR="198.51.100.8"), MEMBER).status_code == 429
    mail.outbox.clear()
    assert ask_for_code(known, MEMBER).status_code == 302
    assert ask_for_link(known, MEMBER).status_code == 302
    assert known.post("/o/acme/login/forgot", {"email_address": MEMBER}).status_code == 302
    assert len(mail.outbox) == 3


def test_four_blocks_of_one_line_use_up_nothing() -> None:
    for n in range(4):
        stranger = Client(REMOTE_ADDR=f"2001:db8:0:{n:x}::1")
        for _ in range(6):
            ask_for_code(stranger, MEMBER)
    assert ask_for_code(Client(REMOTE_ADDR="198.51.100.8"), MEMBER).status_code == 302


def test_a_right_code_signs_in_whatever_strangers_guess(clock: Any) -> None:
    person = Client(REMOTE_ADDR="203.0.113.1")
    ask_for_code(person, MEMBER)
    code = newest_code(MEMBER)
    for n in range(24):
        stranger = Client(REMOTE_ADDR=f"198.51.100.{n}")
        ask_for_code(stranger, MEMBER)
        for _ in range(6):
            stranger.post("/login/code", {"code": wrong(newest_code(MEMBER))})
    assert person.post("/login/code", {"code": code})["Location"] == "/"


def test_guesses_with_no_code_sent_stop_no_password() -> None:
    set_password(Client())
    for n in range(12):
        stranger = Client(REMOTE_ADDR=f"198.51.100.{n}")
        for _ in range(12):
            stranger.post("/login/code", {"code": "000000", "email_address": MEMBER})
    assert enter(Client())["Location"] == "/"


def test_strangers_lock_the_password_of_strangers_alone() -> None:
    known = Client()
    set_password(known)
    known.post("/logout")
    for _ in range(10):
        enter(Client(), BETTER)
    assert enter(Client()).status_code == 429
    assert enter(known)["Location"] == "/"


def test_a_known_browser_s_own_wrong_passwords_lock_it_and_no_other() -> None:
    known = Client()
    set_password(known)
    known.post("/logout")
    for _ in range(10):
        enter(known, BETTER)
    assert enter(known).status_code == 429
    assert enter(Client())["Location"] == "/"


def test_a_new_password_by_mail_opens_the_browser_that_locked_itself() -> None:
    known = Client()
    set_password(known)
    known.post("/logout")
    for _ in range(10):
        enter(known, GOOD + "x")
    set_password(known, password=BETTER)
    known.post("/logout")
    answer = enter(known, BETTER)
    assert answer.status_code == 302, answer.content.decode()


def test_asking_makes_no_browser_known() -> None:
    stranger = Client()
    ask_for_code(stranger, MEMBER)
    known = known_browsers.unseal(stranger.cookies[BROWSER].value)
    assert known.browser
    assert not known.people


def test_it_is_known_for_who_signed_in_and_for_nobody_else() -> None:
    client = Client()
    sign_in_by_code(client, MEMBER)
    known = known_browsers.unseal(client.cookies[BROWSER].value)
    assert known.has_proven(MEMBER)
    assert not known.has_proven(ADMIN)


def test_a_password_proves_no_mailbox() -> None:
    """An organization can sign in anybody as anybody, by a provider or password of its own."""
    set_password(Client())
    client = Client()
    enter(client)
    known = known_browsers.unseal(client.cookies[BROWSER].value)
    assert not known.has_proven(MEMBER)
    assert known.has_entered(MEMBER, organization_of(client))
    assert not known.has_entered(MEMBER, "organization-test-another")


def organization_of(client: Client) -> str:
    page = client.get("/").content.decode()
    found = re.search(r'name="organization_id" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("forged", ["known", "cut", "of another purpose"])
def test_a_stranger_makes_no_browser_known(forged: str) -> None:
    client = Client()
    sign_in_by_code(client, MEMBER)
    sealed = client.cookies[BROWSER].value
    fake = {"known": "known:" + "a" * 22, "cut": sealed[:-2]}
    stranger = Client(REMOTE_ADDR="198.51.100.8")
    stranger.cookies[BROWSER] = fake.get(forged, client.cookies["stytch_session_stamp"].value)
    strangers_ask(MEMBER)
    assert ask_for_code(stranger, MEMBER).status_code == 429


def test_the_service_is_told_no_address_and_the_same_value_for_everybody(through: Any) -> None:
    """(QUALITY 3): opaque, by the browser, not by the person."""
    client = Client()
    sign_in_by_code(client, MEMBER)
    client.post("/logout")
    calls = through(Headers())
    ask_for_code(client, MEMBER)
    ask_for_code(client, ADMIN)
    first, second = calls.seen
    assert first == f"known:{second}"
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", second)


def test_cookies_of_before_are_still_read() -> None:
    """They said of people only that they were here, which any organization could bring about."""
    old = known_browsers.sealing.seal(
        {"people": ["0123456789abcdef"], "seen_on": "2026-11-01"},
        purpose=known_browsers.PURPOSE,
    )
    known = known_browsers.unseal(old)
    assert known.people
    assert not known.has_proven(MEMBER)
    assert known.named().browser


def test_a_worn_out_code_says_whose_move_it_is() -> None:
    """The same for known and unknown addresses."""
    seen = []
    for address in (MEMBER, STRANGER):
        client = Client()
        ask_for_code(client, address)
        code = newest_code(address)
        for _ in range(5):
            page = client.post("/login/code", {"code": wrong(code)}).content.decode()
            assert "doesn’t match" in page
        page = client.post("/login/code", {"code": code}).content.decode()
        assert "This code has been tried too often. We can send another." in page
        seen.append(re.sub(r'value="[^"]*"', "", page).replace(address, "someone"))
    assert seen[0] == seen[1]


def test_an_office_of_500_behind_one_address_signs_in_within_an_hour(
    settings: Settings, clock: Any
) -> None:
    """On a Monday, in new browsers, each with a code; every fifth mistypes it once."""
    settings.SENDS_PER_CLIENT = 1000
    for number in range(500):
        person, address = Client(REMOTE_ADDR="203.0.113.1"), f"p{number}@umbrella.example"
        assert ask_for_code(person, address).status_code == 302, number
        code = newest_code(address)
        if number % 5 == 0:
            assert "doesn’t match" in (
                person.post("/login/code", {"code": wrong(code)}).content.decode()
            )
        answer = person.post("/login/code", {"code": code})
        assert answer.status_code == 302, number
        mail.outbox.clear()
        clock.shift(timedelta(seconds=7))
    assert datetime.now(tz=UTC) - NOON < timedelta(hours=1)


class Headers(transports.Counting):
    """What was said of the browser when mails were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/send"):
            self.seen.append(request.headers["X-Foyer-Browser"])
        return super().handle_request(request)
