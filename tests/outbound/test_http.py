"""Calls over HTTP: the name is what TLS verifies, and what isn't wanted isn't read."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from outbound import http, sockets
from outbound.http import Terms, ask
from outbound.places import OURS
from tests import certificates
from tests.dawdlers import BODY, dawdling

INSIDE = Terms(seconds=20, largest=1000, whose=OURS, inside=True)


class Says(BaseHTTPRequestHandler):
    """Who it was asked as."""

    def do_GET(self) -> None:
        said = str(self.headers.get_all("Host")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: Any) -> None:
        """The tests' output is for tests."""


@contextmanager
def over_tls(certificate: Path) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    server.socket = certificates.server_context(certificate).wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def _trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    http._trust.cache_clear()
    yield
    http._trust.cache_clear()


@pytest.mark.usefixtures("_trusting")
def test_the_certificate_is_held_against_the_name(tmp_path: Path) -> None:
    """Although the connection is one to an address."""
    with over_tls(certificates.make(tmp_path)) as port:
        answer = ask("GET", f"https://localhost:{port}/", terms=INSIDE, headers={})
        assert answer.body.decode() == f"['localhost:{port}']"
        with pytest.raises(http.Unanswered, match="ConnectError"):
            ask("GET", f"https://127.0.0.1:{port}/", terms=INSIDE, headers={})


def test_an_unknown_certificate_is_refused(tmp_path: Path) -> None:
    with (
        over_tls(certificates.make(tmp_path)) as port,
        pytest.raises(http.Unanswered, match="ConnectError"),
    ):
        ask("GET", f"https://localhost:{port}/", terms=INSIDE, headers={})


def test_a_handshake_that_never_ends_is_given_up() -> None:
    terms = Terms(seconds=0.3, largest=1000, whose=OURS, inside=True)
    with (
        dawdling(slowly=b"\x16\x03\x03\x40\x00", endless=True) as server,
        pytest.raises(http.Unanswered),
    ):
        ask("GET", f"https://127.0.0.1:{server.port}/", terms=terms, headers={})


def test_a_body_that_nobody_wants_is_not_waited_for() -> None:
    """The status is there: that a text was taken is known, however long the rest takes."""
    head = b"HTTP/1.1 202 Accepted\r\nContent-Length: 12\r\n\r\n"
    terms = Terms(seconds=20, largest=0, whose=OURS, inside=True)
    with dawdling(at_once=head, slowly=BODY) as server:
        answer = ask("POST", server.url, terms=terms, headers={}, body=b"{}")
    assert (answer.status, answer.body, answer.is_whole) == (202, b"", False)


def test_a_long_body_is_cut_and_said_to_be() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"
    with dawdling(at_once=head + b"1" * 2000) as server:
        answer = ask("GET", server.url, terms=INSIDE, headers={})
    assert (len(answer.body), answer.is_whole, answer.content_type) == (1000, False, "image/png")


def test_a_silent_address_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a route for IPv6 the first address takes none of the second's time."""
    really = socket.create_connection
    waited: list[float] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        waited.append(timeout)
        if address[0] != "127.0.0.1":
            raise TimeoutError
        return really(address, timeout)

    monkeypatch.setattr(sockets.names, "addresses", lambda *_: ("192.0.2.1", "127.0.0.1"))
    monkeypatch.setattr(socket, "create_connection", connect)
    with dawdling() as server:
        sockets.connected("idp.example", server.port, inside=True).close()
    first, second = waited
    assert first < second


@pytest.mark.parametrize("url", ["https://[::1", "gopher://a.example/", "https://a\n.example/", ""])
def test_no_address_is_an_outage(url: str) -> None:
    with pytest.raises(http.Unanswered, match="no such address"):
        ask("GET", url, terms=INSIDE, headers={})


def test_neither_query_nor_headers_are_in_an_error() -> None:
    with pytest.raises(OSError) as error:  # noqa: PT011 its text is what is looked at
        ask("GET", "http://127.0.0.1:1/?code=secret", terms=INSIDE, headers={"A": "secret"})
    assert "secret" not in str(error.value)
