"""What a browser says of itself, for the words of mails: its language, its name, its place."""

import pytest
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import Settings

from accounts import languages
from tests.identity import post

ADA = "ada@acme.example"


@pytest.mark.parametrize(
    ("accepted", "name"),
    [
        ("fr-CA,fr;q=0.8,en;q=0.5", "fr"),
        ("pt-PT, en", "pt-br"),
        ("de-AT", "de-DE"),
        ("ca", "ca-ES"),
        ("zh-CN", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("zh-Hant-TW, ja", "ja"),
        ("zh-TW", ""),
        ("sv, it;q=0.1", "it"),
        ("sv", ""),
        ("*", ""),
        ("", ""),
        ("en;q=banana, fr", ""),
        ("../../etc, fr", ""),
        ("x" * 5000, ""),
    ],
)
def test_the_first_that_the_service_knows(accepted: str, name: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": accepted})
    assert languages.wanted(request) == name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoken", "accepted", "month"),
    [
        (["en"], "fr", "November"),
        (["en", "fr"], "fr", "novembre"),
        (["en", "fr"], "de, fr", "November"),
        (["en", "fr"], "", "November"),
    ],
)
def test_mails_are_in_the_browser_s_language_where_there_are_words(
    client: Client, settings: Settings, noon: object, spoken: list[str], accepted: str, month: str
) -> None:
    """As far as they are told apart today: by the month. The page stays what it is."""
    settings.LANGUAGES = [(name, name) for name in spoken]
    client.post("/login", {"email_address": ADA}, headers={"Accept-Language": accepted})
    assert f"20 {month} 2026" in post.newest(ADA).body
    assert translation.get_language() == "en"


@pytest.mark.django_db
def test_a_browser_s_language_is_never_an_error(client: Client) -> None:
    """Not even one that the service has no mails in."""
    answer = client.post("/login", {"email_address": ADA}, headers={"Accept-Language": "ja"})
    assert answer.status_code == 302
    assert post.newest(ADA)


@pytest.mark.django_db
def test_a_mail_names_the_browser_that_asked_and_its_place(
    client: Client, settings: Settings, noon: object
) -> None:
    """Of what the browser says of itself only names that are known."""
    settings.PLACE_OF_ADDRESS = "tests.accounts.test_askers.lisbon"
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) evil.example Gecko/20100101 Firefox/140.0"
    client.post("/login", {"email_address": ADA}, headers={"User-Agent": agent})
    mailed = post.newest(ADA).body
    assert "Asked for: 20 November 2026, 12:00 UTC" in mailed
    assert "With:      Firefox on Linux" in mailed
    assert "From:      Lisboa" in mailed
    assert "evil.example" not in mailed


def lisbon(address: str) -> str:
    return "Lisboa"
