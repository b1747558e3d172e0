"""The words of mails: names, lifetimes, and where they were asked for."""

from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings
from time_machine import TimeMachineFixture

from identity import delivery
from identity.operations import letters
from identity.requested import Requested
from tests.identity import post
from tests.identity.api import Api

SEND = "/b2b/otps/email/discovery/send"
ADA = "ada@acme.example"


def test_the_secrets_of_a_mail_are_not_in_its_repr() -> None:
    made = letters.code(to=ADA, code="123456", organization=None, minutes=10, by=Requested())
    assert "123456" not in repr(made)


ABOUT = {
    "X-Foyer-Client-IP": "8.8.8.8",
    "X-Foyer-Client-Device": "Firefox on Windows",
    "X-Foyer-Client-Place": "S%C3%A3o%20Paulo",
}
MAILED = (SEND, "/b2b/magic_links/email/discovery/send")


@pytest.mark.parametrize("path", MAILED)
def test_a_mail_says_when_with_what_and_from_where_it_was_asked_for(
    api: Api, settings: Settings, time_machine: TimeMachineFixture, path: str
) -> None:
    settings.PUBLIC_URL = "https://app.example"
    time_machine.move_to(datetime(2026, 11, 20, 9, 5, tzinfo=UTC), tick=False)
    api.call("POST", path, {"email_address": ADA}, headers=ABOUT)
    text, html = both(post.newest(ADA))
    facts = ("20 November 2026, 09:05 UTC", "Firefox on Windows", "São Paulo (8.8.8.8)")
    assert [fact for fact in facts if fact not in text or fact not in html] == []


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"X-Foyer-Client-IP": "127.0.0.1", "X-Foyer-Client-Place": ""}, "From"),
        ({"X-Foyer-Client-IP": "", "X-Foyer-Client-Place": ""}, "From"),
        ({"X-Foyer-Client-Device": ""}, "With"),
        ({"X-Foyer-Client-Device": "<b>Firefox</b>"}, "With"),
        ({"X-Foyer-Client-Device": "call evil.example"}, "With"),
    ],
)
def test_what_nobody_said_is_left_out(api: Api, changed: dict[str, str], missing: str) -> None:
    """As for a backend that sends no such header, and what is no browser's name."""
    api.call("POST", SEND, {"email_address": ADA}, headers=ABOUT | changed)
    text, html = both(post.newest(ADA))
    assert f"{missing}:" not in text
    assert f">{missing}<" not in html


def test_a_place_is_nowhere_to_go(api: Api) -> None:
    """The operator's function may hand on what it was told."""
    place = {"X-Foyer-Client-Place": "https://evil.example%0ABcc: eve@evil.example"}
    api.call("POST", SEND, {"email_address": ADA}, headers=ABOUT | place)
    assert "evil.example" not in "".join(both(post.newest(ADA)))


def test_an_invitation_was_asked_for_by_nobody(api: Api, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://app.example"
    organization = api.organization()
    fields = {"organization_id": organization["organization_id"], "email_address": ADA}
    api.call("POST", "/b2b/magic_links/email/invite", fields, headers=ABOUT)
    assert "Firefox" not in "".join(both(post.newest(ADA)))


def both(message: EmailMultiAlternatives) -> tuple[str, str]:
    return str(message.body), str(message.alternatives[0][0])


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Acme", "Acme"),
        ("Acme\r\nBcc: eve@evil.example", "Acme Bcc: eve@evil.example"),
        ("\u202egnitset\u2066", "gnitset"),
        ("a\x00b\tc  d", "a b c d"),
        ("x" * 200, "x" * 59 + "…"),
        ("Füßchen 株式会社", "Füßchen 株式会社"),
    ],
)
def test_names_fit_into_a_header(name: str, line: str) -> None:
    assert delivery.one_line(name) == line


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "1 minute"),
        (10, "10 minutes"),
        (60, "1 hour"),
        (90, "90 minutes"),
        (120, "2 hours"),
        (1_440, "1 day"),
        (10_080, "1 week"),
    ],
)
def test_lifetimes_are_said_in_words(minutes: int, words: str) -> None:
    assert letters.in_words(minutes) == words
