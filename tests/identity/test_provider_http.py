"""Where calls to identity providers may go, how long they take and how much they bring."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings
from pytest_socket import SocketConnectBlockedError

from identity.provider_http import ProviderFailed, get_json, is_allowed
from tests.identity import idp
from tests.identity.idp import Told


@pytest.fixture
def provider(settings: Settings) -> Iterator[Told]:
    settings.DEBUG = True
    with idp.told() as told:
        yield told


def test_json_comes_back(provider: Told) -> None:
    provider.answer("/a", {"b": 1})
    assert get_json(f"{provider.url}/a") == {"b": 1}
    assert get_json(f"{provider.url.replace('127.0.0.1', 'localhost')}/a") == {"b": 1}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (503, {}, "provider_unavailable"),
        (429, {}, "provider_unavailable"),
        (400, {"error": "invalid_grant"}, "provider_error"),
        (200, b"<html>", "provider_error"),
        (200, b"\xff", "provider_error"),
        (200, b"[" * 100_000, "provider_error"),
        (302, {"location": "/b"}, "provider_error"),
    ],
)
def test_anything_else_is_a_failure(provider: Told, status: int, body: Any, error: str) -> None:
    provider.answer("/a", body, status=status)
    with pytest.raises(ProviderFailed, match=error):
        get_json(f"{provider.url}/a")
    assert len(provider.asked) == 1


def test_nobody_there_is_a_failure(provider: Told) -> None:
    with pytest.raises(ProviderFailed, match="provider_unavailable"):
        get_json("http://127.0.0.1:1/")


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example/",
        "ftp://idp.example/",
        "https://user@idp.example/",
        "https:///path",
        "https://idp.example:port/",
        "https://idp.example/#fragment",
        "//idp.example",
        "javascript:alert(1)",
        "",
        "http://10.0.0.1/",
    ],
)
def test_only_https_is_asked(settings: Settings, url: str) -> None:
    settings.DEBUG = True
    assert not is_allowed(url)
    with pytest.raises(ProviderFailed, match="provider_error"):
        get_json(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1",
        "169.254.169.254", "0.0.0.0", "[fd00::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "224.0.0.1",
        "2130706433", "127.1", "[2002:7f00:1::]",
    ],
)  # fmt: skip
def test_production_asks_nobody_inside(host: str, settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(ProviderFailed, match="provider_error"):
        get_json(f"https://{host}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_be_asked_in_development_only(settings: Settings, host: str) -> None:
    settings.DEBUG = True
    assert is_allowed(f"http://{host}:9400/")
    settings.DEBUG = False
    assert not is_allowed(f"http://{host}:9400/")


def test_the_demo_provider_answers_in_development_only(settings: Settings) -> None:
    """QUALITY 73."""
    url = f"{settings.DEMO_ISSUER}/jwks"
    settings.DEBUG = True
    assert get_json(url)["keys"]
    settings.DEBUG = False
    with pytest.raises(ProviderFailed):
        get_json(url)


def test_the_address_that_was_checked_is_the_one_that_is_called(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its mind in between (DNS rebinding) leads nowhere."""
    settings.DEBUG = False
    really, answers = socket.getaddrinfo, iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])

    def resolve(host: str, port: int, *rest: Any, **options: Any) -> Any:
        return really(next(answers) if host == "idp.example" else host, port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    # No test leaves the machine; that it tried to is the proof.
    with (
        pytest.warns(UserWarning, match=r"93\.184\.215\.14"),
        pytest.raises(SocketConnectBlockedError),
    ):
        get_json("https://idp.example/")
