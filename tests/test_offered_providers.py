"""Which OAuth providers the settings offer."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from project import oauth


def offered(*, demo: bool = False, embedded: bool = True, public_token: str = "public") -> object:
    found = oauth.clients(demo=demo)
    return oauth.offered(found, embedded=embedded, public_token=public_token)


def test_who_has_no_client_offers_none() -> None:
    assert offered(public_token="") == ()


def test_it_takes_both_halves_of_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTH_GITHUB_CLIENT_ID", "us")
    assert offered() == ()
    monkeypatch.setenv("OAUTH_GITHUB_CLIENT_SECRET", "secret")
    assert offered() == ("github",)


def test_without_a_public_token_no_provider_can_be_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OAUTH_GITHUB_CLIENT_ID", "us")
    monkeypatch.setenv("OAUTH_GITHUB_CLIENT_SECRET", "secret")
    with pytest.raises(ImproperlyConfigured, match="IDENTITY_PUBLIC_TOKEN"):
        offered(public_token="")


def test_the_demo_stands_in_for_google_until_there_is_a_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """QUALITY 73: and without DEBUG never."""
    assert offered(demo=True) == ("google",)
    assert oauth.issuers(oauth.clients(demo=True), demo_issuer="demo") == {"google": "demo"}
    assert offered(demo=False) == ()
    monkeypatch.setenv("OAUTH_GOOGLE_CLIENT_ID", "us")
    monkeypatch.setenv("OAUTH_GOOGLE_CLIENT_SECRET", "secret")
    assert oauth.issuers(oauth.clients(demo=True), demo_issuer="demo") == {}


def test_a_remote_service_has_its_own_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTH_PROVIDERS", "slack, google, nobody")
    assert offered(embedded=False, public_token="") == ("slack", "google")
