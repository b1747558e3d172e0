"""How much an address and a client may ask for, and how long the rest has to wait."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from identity.errors import ApiError
from identity.models import RateWindow
from identity.operations import limits
from tests.identity import post
from tests.identity.api import Api, refused

SEND = "/b2b/otps/email/discovery/send"
LINK = "/b2b/magic_links/email/discovery/send"
AUTHENTICATE = "/b2b/otps/email/discovery/authenticate"
ADA = "ada@acme.example"
HOUR = timedelta(hours=1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _same_hour() -> Iterator[None]:
    """Windows begin with the hour, which should not begin amidst a test."""
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False):
        yield


@pytest.fixture(autouse=True)
def _production_limits(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 6
    settings.SENDS_PER_CLIENT = 60
    settings.GUESSES_PER_ADDRESS = 10
    settings.PUBLIC_URL = "https://app.example"


def call(api: Api, path: str, *, client: str = "203.0.113.1", **body: Any) -> Any:
    headers = {"X-Foyer-Client-IP": client} if client else {}
    return api.call("POST", path, {"email_address": ADA, **body}, headers=headers)


def spend(key: str, *, now: datetime, limit: int = 2) -> int:
    """The seconds to wait, 0 if there was something left."""
    try:
        limits.spend(key=key, limit=limit, per=HOUR, now=now)
    except ApiError as error:
        return error.retry_after or -1
    return 0


@pytest.mark.django_db
def test_a_window_ends_with_its_hour() -> None:
    quarter_past = NOON + timedelta(minutes=15)
    waits = [spend("a", now=quarter_past) for _ in range(3)]
    assert waits == [0, 0, 45 * 60]
    assert spend("a", now=NOON + HOUR - timedelta(milliseconds=1)) == 1
    assert spend("a", now=NOON + HOUR) == 0


@pytest.mark.django_db
def test_keys_count_apart_and_what_is_given_back_can_be_spent_again() -> None:
    assert [spend("a", now=NOON, limit=1) for _ in range(2)] == [0, 3600]
    assert spend("b", now=NOON, limit=1) == 0
    limits.give_back(key="a", per=HOUR, now=NOON)
    limits.give_back(key="a", per=HOUR, now=NOON)
    assert [spend("a", now=NOON, limit=1) for _ in range(2)] == [0, 3600]


@pytest.mark.django_db(transaction=True)
def test_at_once_no_more_than_the_limit_get_through() -> None:
    waits = post.at_once(lambda: spend("a", now=NOON, limit=3), times=8)
    assert waits.count(0) == 3


def test_the_windows_name_nobody(api: Api) -> None:
    call(api, SEND)
    keys = " ".join(RateWindow.objects.values_list("key", flat=True))
    assert "ada" not in keys
    assert "203.0.113.1" not in keys


@pytest.mark.parametrize("address", [ADA, "nobody@nowhere.example"])
def test_the_seventh_mail_of_an_hour_waits(api: Api, address: str) -> None:
    """(QUALITY 25): codes and links together, known and unknown addresses alike."""
    api.member(api.organization(), ADA)
    with time_machine.travel("2026-05-01T12:20:00Z", tick=False) as clock:
        for path in (SEND, LINK) * 3:
            assert call(api, path, email_address=address).status_code == 200
        for path in (SEND, LINK):
            response = call(api, path, email_address=address)
            refused(response, 429, "too_many_requests")
            assert response["Retry-After"] == "2400"
        assert len(mail.outbox) == 6
        clock.shift(2400)
        assert call(api, SEND, email_address=address).status_code == 200


def test_a_limited_send_leaves_the_last_code_good(api: Api) -> None:
    for _ in range(7):
        call(api, SEND)
    assert call(api, AUTHENTICATE, code=post.code(ADA)).status_code == 200


def test_inside_an_organization_mails_count_as_well(api: Api) -> None:
    acme = api.organization()
    api.member(acme, ADA)
    inside = {"organization_id": acme["organization_id"]}
    for _ in range(3):
        call(api, "/b2b/otps/email/login_or_signup", **inside)
        call(api, "/b2b/magic_links/email/login_or_signup", **inside)
    for path in ("/b2b/otps/email/login_or_signup", "/b2b/magic_links/email/invite", SEND):
        refused(call(api, path, **inside), 429, "too_many_requests")


def test_a_stranger_s_requests_do_not_lock_a_person_out(api: Api) -> None:
    """(QUALITY 25): one client uses up its own allowance; four would be needed for all of it."""
    for _ in range(20):
        call(api, SEND, client="198.51.100.7")
    assert call(api, SEND, client="203.0.113.1").status_code == 200


def test_all_clients_together_have_a_limit_too(api: Api) -> None:
    """(QUALITY 25)"""
    sent = [call(api, SEND, client=f"203.0.113.{n}").status_code for n in range(30)]
    assert sent.count(200) == 24


def test_a_client_can_not_mail_the_whole_world(api: Api) -> None:
    """(QUALITY 25)"""
    sent = [call(api, SEND, email_address=f"{n}@acme.example").status_code for n in range(62)]
    assert sent == [200] * 60 + [429] * 2
    assert call(api, SEND, email_address="x@acme.example", client="203.0.113.2").status_code == 200


def test_what_all_share_is_told_of_before_it_ends(
    api: Api, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAILS_PER_PROJECT = 10
    sent = [
        call(api, SEND, email_address=f"{n}@acme.example", client=f"203.0.113.{n}").status_code
        for n in range(9)
    ]
    assert sent == [200] * 8 + [429]
    lines = [each.getMessage() for each in caplog.records if each.name.endswith("limits")]
    assert lines[0] == "limit at 80 %: send"
    assert len(lines) == 2


def test_limit_keys_are_not_found_by_trying(api: Api, settings: Settings) -> None:
    """Whoever has the table but not the secret can't tell whose counters they are."""
    call(api, SEND)
    keys = set(RateWindow.objects.values_list("key", flat=True))
    for subject in (f"send:{ADA}", "send::203.0.113.1", f"send:{ADA}:203.0.113.1", "send"):
        for text in (subject, f"3600:{subject}"):
            assert hashlib.sha256(text.encode()).hexdigest() not in keys
            for secret in ("", "rate-window", settings.IDENTITY_PROJECT_ID):
                guessed = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
                assert guessed not in keys
    settings.SECRET_KEY = "another-secret-of-another-installation-0123456789"
    call(api, SEND)
    assert keys.isdisjoint(set(RateWindow.objects.values_list("key", flat=True)) - keys)
    assert RateWindow.objects.count() == 2 * len(keys)


def test_what_is_refused_leaves_no_row_and_costs_nothing(api: Api) -> None:
    """Or a client with new addresses would fill the table, one that repeats itself an office's."""
    sent = [call(api, SEND, email_address=f"{n}@acme.example").status_code for n in range(60)]
    assert set(sent) == {200}
    rows = RateWindow.objects.count()
    for n in range(60, 70):
        call(api, SEND, email_address=f"{n}@acme.example")
    assert RateWindow.objects.count() == rows
    for _ in range(70):
        call(api, SEND, client="203.0.113.2")
    assert call(api, SEND, client="203.0.113.2", email_address="bo@acme.example").status_code == 200


def test_an_ipv6_client_is_its_networks(api: Api) -> None:
    """Six for a /64, twelve for a /56, eighteen for a /48: one line can't use up all there is."""
    for n in range(6):
        assert call(api, SEND, client=f"2001:db8::{n:x}").status_code == 200
    refused(call(api, SEND, client="2001:db8::ffff"), 429, "too_many_requests")
    in_56 = [call(api, SEND, client=f"2001:db8:0:{n}::1").status_code for n in range(1, 9)]
    assert in_56 == [200] * 6 + [429] * 2
    in_48 = [call(api, SEND, client=f"2001:db8:0:{n:x}00::1").status_code for n in range(1, 9)]
    assert in_48 == [200] * 6 + [429] * 2
    assert call(api, SEND, client="2001:db8:1::1").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_headers_that_anybody_sets_are_ignored(api: Api, header: str) -> None:
    """(QUALITY 25)"""
    sent = [
        api.call(
            "POST", SEND, {"email_address": ADA}, headers={header: f"203.0.113.{n}"}
        ).status_code
        for n in range(7)
    ]
    assert sent == [200] * 6 + [429]


def test_nonsense_for_a_client_is_the_caller_itself(api: Api) -> None:
    sent = [call(api, SEND, client=f"not-an-address-{n}").status_code for n in range(7)]
    assert sent == [200] * 6 + [429]


def test_a_limit_leaves_one_line_without_names(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(7):
        call(api, SEND)
    (line,) = [each.getMessage() for each in caplog.records if "limit" in each.getMessage()]
    assert "send" in line
    assert ADA not in line
