"""Which OAuth providers the settings offer."""

from typing import get_args

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.client.providers import OAUTH
from accounts.templatetags.ui import METHODS
from identity.api.schemas_organizations import AuthMethod
from identity.factors import METHOD_OF_OAUTH
from identity.policy import ALL_METHODS
from identity.providers import PROVIDERS
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
    monkeypatch.setenv("OAUTH_PROVIDERS", "slack, google")
    assert offered(embedded=False, public_token="") == ("slack", "google")


def test_every_room_knows_the_same_providers() -> None:
    """Who adds one and forgets a place is told here which (CONTRIBUTING)."""
    methods = {f"{name}_oauth" for name in OAUTH}
    assert set(PROVIDERS) == set(oauth.clients(demo=False)) == set(OAUTH)
    assert methods == set(METHOD_OF_OAUTH.values())
    for known in (ALL_METHODS, get_args(AuthMethod), METHODS):
        assert methods == {method for method in known if method.endswith("_oauth")}
