"""The words of mails: names, lifetimes, and where they were asked for."""

import pytest

from identity import delivery
from identity.operations import letters
from tests.identity import post
from tests.identity.api import Api

SEND = "/b2b/otps/email/discovery/send"
ADA = "ada@acme.example"


def test_the_secrets_of_a_mail_are_not_in_its_repr() -> None:
    made = letters.code(to=ADA, code="123456", organization=None, minutes=10, by="")
    assert "123456" not in repr(made)


@pytest.mark.parametrize(
    ("client", "told"), [("8.8.8.8", "from 8.8.8.8."), ("127.0.0.1", "sign in."), ("", "sign in.")]
)
def test_a_mail_says_where_it_was_asked_for(api: Api, client: str, told: str) -> None:
    headers = {"X-Foyer-Client-IP": client}
    api.call("POST", SEND, {"email_address": ADA}, headers=headers)
    assert f"someone asked to sign in{' ' if client == '8.8.8.8' else ''}" in post.newest(ADA).body
    assert told in str(post.newest(ADA).body)


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
