"""The one door out to identity providers: public addresses, five seconds, one mebibyte."""

import ipaddress
import json
import logging
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings

from identity.demo_provider import service as demo
from identity.errors import ApiError

logger = logging.getLogger(__name__)

SECONDS = 5  # in all; a person is waiting for the next page
LIMIT = 1024 * 1024  # bytes; the largest key sets are a fiftieth of it
TRIES = 2  # one for each version of IP
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class ProviderFailed(ApiError):
    """The provider is down or makes no sense; `error_type` is what the app gets to show."""


def unavailable() -> ProviderFailed:
    message = "The identity provider can't be reached right now."
    return ProviderFailed(502, "provider_unavailable", message)


def nonsense(what: str) -> ProviderFailed:
    """`what` never quotes the answer: it may hold tokens."""
    return ProviderFailed(
        502, "provider_error", f"The identity provider's answer is no good: {what}."
    )


def get_json(url: str, *, bearer: str = "") -> Any:
    return _call("GET", url, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})


def post_form(url: str, fields: Mapping[str, str], *, basic: tuple[str, str] | None = None) -> Any:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return _call("POST", url, headers=headers, body=urlencode(fields).encode(), basic=basic)


def is_allowed(url: str) -> bool:
    """https; with DEBUG this machine as well. What the name leads to is looked at when calling."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_ours(parts.hostname))


class Guarded(httpx.BaseTransport):
    """Connects to the very address that was checked: a name can't change its mind in between."""

    def __init__(self) -> None:
        self.inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        # The certificate is still held against the name.
        request.extensions = {**request.extensions, "sni_hostname": host}
        for address in _addresses(host, port):
            request.url = request.url.copy_with(host=address)
            try:
                return self.inner.handle_request(request)
            except httpx.ConnectError as error:
                refused = error
        raise refused

    def close(self) -> None:
        self.inner.close()


def _call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    basic: tuple[str, str] | None = None,
) -> Any:
    if settings.DEBUG and url.startswith(f"{settings.DEMO_ISSUER}/"):
        status, raw = demo.answer(url.removeprefix(settings.DEMO_ISSUER), body=body)
    elif not is_allowed(url):
        raise nonsense("it names an address that isn't https")
    else:
        # Unpacked a small answer could be a huge one, so none is asked for packed.
        wanted = {"Accept": "application/json", "Accept-Encoding": "identity", **headers}
        status, raw = _sent(method, url, headers=wanted, content=body, auth=basic)
    return _understood(status, raw, host=urlsplit(url).hostname or "")


def _sent(method: str, url: str, **options: Any) -> tuple[int, bytes]:
    """Neither redirects nor the environment's proxies: both would lead past `Guarded`."""
    until = time.monotonic() + SECONDS
    with (
        _translated(),
        httpx.Client(transport=Guarded(), timeout=SECONDS, trust_env=False) as client,
        client.stream(method, url, **options) as response,
    ):
        read = bytearray()
        for piece in response.iter_raw():
            read += piece
            if len(read) > LIMIT or time.monotonic() > until:
                raise nonsense("it is too long")
        return response.status_code, bytes(read)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        logger.warning("an identity provider can't be reached: %s", type(error).__name__)
        raise unavailable() from error


def _understood(status: int, raw: bytes, *, host: str) -> Any:
    if status >= 400:
        logger.warning("the identity provider at %s answered %s", host, status)
    if status >= 500 or status == 429:
        raise unavailable()
    if status != 200:
        raise nonsense(f"status {status}")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise nonsense("it is not JSON") from error


def _addresses(host: str, port: int) -> list[str]:
    """Those of the name, provided that all of them are out in the open."""
    found = [each[4][0] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = [ipaddress.ip_address(str(each).partition("%")[0]) for each in found]
    if not addresses:
        raise OSError("no address")
    if not _is_ours(host) and not all(_is_public(each) for each in addresses):
        logger.warning("an identity provider's name leads to a private address: %s", host)
        raise nonsense("its address is a private one")
    return [str(address) for address in addresses[:TRIES]]


def _is_ours(host: str) -> bool:
    """Loopback by name: never in production, where it is the machine's own back door."""
    return bool(settings.DEBUG) and host in LOOPBACK


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return (mapped or address).is_global and not address.is_multicast
