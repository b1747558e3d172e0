"""What a hostile provider could do with a call: keep it, stuff it, or lead it astray."""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from identity import provider_http
from identity.api import browser, edge
from identity.provider_http import ProviderFailed, get_json, is_allowed, post_form
from outbound import deadline, places
from outbound.places import place
from tests.dawdlers import ANSWER, BODY, HEAD, dawdling
from tests.identity import idp

PUBLIC = "93.184.215.14"


@pytest.fixture(autouse=True)
def _in_development(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(provider_http, "SECONDS", 0.4)


@pytest.mark.parametrize(
    ("at_once", "slowly"),
    [
        (b"", b""),
        (b"", ANSWER),
        (b"HTTP/1.1 100 Continue\r\n\r\n", ANSWER),
        (HEAD, BODY),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"c\r\n" + BODY + b"\r\n0\r\n\r\n",
        ),
    ],
    ids=["silence", "head", "after 100", "body", "chunks"],
)
@pytest.mark.parametrize("call", [get_json, lambda url: post_form(url, {"code": "c"})])
def test_a_dripping_answer_is_given_up(
    at_once: bytes, slowly: bytes, call: Callable[[str], Any]
) -> None:
    """Whole it would be a good one, and each read alone brings something in time."""
    with (
        dawdling(at_once=at_once, slowly=slowly) as provider,
        pytest.raises(ProviderFailed, match="provider_unavailable"),
    ):
        call(provider.url)


@pytest.mark.parametrize("drop", [b"x-more: 1\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n"])
def test_a_head_without_end_is_given_up(drop: bytes) -> None:
    started = b"HTTP/1.1 200 OK\r\n" if drop.startswith(b"x") else b""
    with (
        dawdling(at_once=started + drop * 20, slowly=drop, endless=True) as provider,
        pytest.raises(ProviderFailed),
    ):
        get_json(provider.url)


def test_json_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Valid as far as it goes, and as fast as one likes (QUALITY 48)."""
    monkeypatch.setattr(provider_http, "SECONDS", 30)
    endless = b"HTTP/1.1 200 OK\r\n\r\n[" + b"1," * provider_http.LIMIT
    with dawdling(at_once=endless) as provider, pytest.raises(ProviderFailed, match="error"):
        get_json(provider.url)


def test_a_redirect_to_the_same_host_is_not_followed() -> None:
    with idp.told() as provider:
        provider.answer("/a", f"{provider.url}/b".encode(), status=302)
        provider.answer("/b", {"b": 1})
        with pytest.raises(ProviderFailed, match="provider_error"):
            get_json(f"{provider.url}/a")
        assert [path for path, _, _ in provider.asked] == ["/a"]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_the_environment_s_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It would be told where we go, and would go where we wouldn't."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    with idp.told() as proxy, idp.told() as provider:
        monkeypatch.setenv(name, proxy.url)
        provider.answer("/a", {"b": 1})
        assert get_json(f"{provider.url}/a") == {"b": 1}
        assert proxy.asked == []


Resolve = Callable[..., None]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Let a name lead to these addresses; all others to where they really do."""
    really, known = socket.getaddrinfo, {}

    def lead(host: str, *found: str) -> None:
        known[host] = found

    def resolve(host: str, port: int, *rest: Any, **options: Any) -> Any:
        return [
            row for each in known.get(host, (host,)) for row in really(each, port, *rest, **options)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return lead


@pytest.mark.parametrize(
    "found",
    [
        (PUBLIC, "127.0.0.1"),
        ("127.0.0.1", PUBLIC),
        (PUBLIC, "93.184.215.15", "10.0.0.1"),
        (PUBLIC, "fd00::1"),
        (PUBLIC, "64:ff9b::a00:1"),
    ],
)
def test_one_private_address_among_public_ones_is_refused(
    names: Resolve, found: tuple[str]
) -> None:
    """Otherwise one more try would get there."""
    names("idp.example", *found)
    with pytest.raises(ProviderFailed, match="provider_error"):
        get_json("https://idp.example/")


@pytest.mark.parametrize(
    "host",
    [
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "64:ff9b:1::808:808",
        "fec0::1", "::7f00:1", "::a00:1", "::ffff:0:127.0.0.1", "::ffff:10.0.0.1", "2002:a00:1::1",
        "2001:0:a00:1::1", "2001:db8::1", "ff0e::1", "100::1",
    ],
)  # fmt: skip
def test_a_private_address_in_any_spelling_is_refused(host: str) -> None:
    with pytest.raises(ProviderFailed, match="provider_error"):
        get_json(f"https://[{host}]/")


@pytest.mark.parametrize(
    "host",
    ["134744072", "0x08080808", "0x8.8.8.8", "010.8.8.8", "8.8.2056", "8.526344", "8.8.8.8."],
)
def test_an_address_in_a_spelling_of_its_own_is_none(host: str) -> None:
    """Even of a public one: what reads it differently would look at another address."""
    assert not is_allowed(f"https://{host}/")
    assert is_allowed("https://8.8.8.8/")
    assert is_allowed("https://3.example/")


def test_a_name_that_is_never_resolved_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver would keep the thread for half a minute."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    with pytest.raises(ProviderFailed, match="provider_unavailable"):
        get_json("https://idp.example/")
    over.set()


def test_a_provider_never_has_all_the_threads(settings: Settings) -> None:
    """Whoever comes too late is told at once, and doesn't wait as well (QUALITY 80)."""
    most = settings.THIRD_PARTIES_MOST_WAITING
    with dawdling() as provider, ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(get_json, provider.url) for _ in range(16)]
        kinds = [str(each.exception()) for each in asked]
        assert kinds == ["provider_unavailable"] * 16
        came = 0
        while provider.arrived.acquire(blocking=False):
            came += 1
        assert 1 <= came <= max(1, most // 2)


def test_what_organizations_chose_leaves_places_for_the_operator_s(settings: Settings) -> None:
    """Google and the mails still work while everybody's own provider hangs."""
    settings.THIRD_PARTIES_MOST_WAITING = 3
    places._known["organization-b"] = places.PROMPT
    with idp.told() as provider, ExitStack() as stack:
        provider.answer("/a", {"b": 1})
        for name in ("a", "b"):
            stack.enter_context(place(f"{name}.example", whose=f"organization-{name}"))
        with pytest.raises(ProviderFailed, match="provider_unavailable"):
            get_json(f"{provider.url}/a")
        with provider_http.chosen_by(None):
            assert get_json(f"{provider.url}/a") == {"b": 1}


def test_all_calls_of_one_request_have_one_deadline(rf: RequestFactory) -> None:
    """A callback makes four: each may take what those before it left (QUALITY 80)."""
    seen: list[float] = []

    def view(request: Any) -> HttpResponse:
        seen.append(deadline.remaining())
        return HttpResponse()

    edge.guarded(browser.for_people(view))(rf.get("/"))
    assert 0 < seen[0] <= edge.BROWSER_SECONDS < 10
    with deadline.within(0), pytest.raises(ProviderFailed, match="provider_unavailable"):
        get_json("http://127.0.0.1:9/")


def test_other_things_than_json_are_fetched_within_their_bounds() -> None:
    with idp.told() as provider:
        provider.answer("/logo", b"\x89PNG" * 100)
        answer = provider_http.fetch(f"{provider.url}/logo", accept="image/png", largest=400)
        assert (answer.status, len(answer.body), answer.is_whole) == (200, 400, True)
        answer = provider_http.fetch(f"{provider.url}/logo", accept="image/png", largest=399)
        assert (len(answer.body), answer.is_whole) == (399, False)
        assert provider_http.fetch(f"{provider.url}/b", accept="image/png").status == 404
