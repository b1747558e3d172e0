"""One call to a third party over HTTP: bounded in time, size, place, and in where it may lead.

No redirect is followed and no proxy of the environment is used: both would lead past the check of
the address, and a token or code goes where it was sent and nowhere else.
"""

import ssl
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import httpcore
import httpx

from outbound import deadline, places
from outbound.sockets import Backend


class Unanswered(OSError):
    """No whole answer in time; the text names the kind of failure and nothing that was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`is_whole` is False where the body was longer than asked for, or wasn't wanted."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds for all of a call, bytes of its body, and who chose where it goes.

    `whose`: as for places.place. `inside`: it may lead to private addresses.
    """

    seconds: float
    largest: int
    whose: str
    inside: bool = False


def ask(
    method: str, url: str, *, terms: Terms, headers: Mapping[str, str], body: bytes = b""
) -> Answer:
    """Raises Unanswered, places.Crowded, or sockets.Private."""
    try:
        target = httpx.URL(url)
        host = target.raw_host.decode("ascii")
        with places.place(host, whose=terms.whose), deadline.within(terms.seconds):
            return _sent(method, target, terms=terms, headers=headers, body=body)
    except (httpx.InvalidURL, httpcore.UnsupportedProtocol) as error:
        raise Unanswered("no such address") from error
    except _FAILURES as error:
        raise Unanswered(type(error).__name__) from error


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    zlib.error,
)


def _sent(
    method: str, target: httpx.URL, *, terms: Terms, headers: Mapping[str, str], body: bytes
) -> Answer:
    # Unpacked a small answer could be a huge one, so none is asked for packed. One that is all the
    # same is bounded by what comes out of it.
    given = {"Host": target.netloc.decode("ascii"), "Accept-Encoding": "identity", **headers}
    url = httpcore.URL(
        scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
    )
    with (
        httpcore.ConnectionPool(
            ssl_context=_trust(), network_backend=Backend(inside=terms.inside)
        ) as pool,
        pool.stream(method, url, headers=list(given.items()), content=body or None) as response,
    ):
        read, is_whole = _body(response, terms.largest)
        kind = httpx.Headers(response.headers).get("Content-Type", "")
        return Answer(response.status, kind, read, is_whole)


def _body(response: httpcore.Response, largest: int) -> tuple[bytes, bool]:
    read = bytearray()
    unpack = _unpacker(response)
    if largest:
        for piece in response.iter_stream():
            read += unpack(piece, largest + 1 - len(read))
            if len(read) > largest:
                return bytes(read[:largest]), False
    return bytes(read), bool(largest)


def _unpacker(response: httpcore.Response) -> Callable[[bytes, int], bytes]:
    """Of bytes and how many may come out of them."""
    how = httpx.Headers(response.headers).get("Content-Encoding", "").strip().lower()
    if how in {"gzip", "x-gzip", "deflate"}:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress  # either kind, by its head
    return lambda piece, _most: piece


@cache
def _trust() -> ssl.SSLContext:
    """The common authorities, or those that SSL_CERT_FILE or SSL_CERT_DIR name."""
    return httpx.create_ssl_context()
