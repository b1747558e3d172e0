"""Connections of which each step takes what is left of the deadline, not a timeout of its own."""

import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
from httpcore import NetworkStream

from outbound import addresses, deadline, names

TRIES = 2  # one for each version of IP


class Private(Exception):
    """A name or address leads inside, where only what the operator chose may lead."""


class Backend(httpcore.NetworkBackend):
    """Connects to the very address that was checked: a name can't change its mind in between."""

    def __init__(self, *, inside: bool) -> None:
        self.inside = inside

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        try:
            return Stream(connected(host, port, inside=self.inside))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(type(error).__name__) from error


class Stream(NetworkStream):
    """httpcore's timeouts are for one read or write each, so they are not looked at."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self.socket.settimeout(deadline.remaining())
            return self.socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            while buffer:
                self.socket.settimeout(deadline.remaining())
                buffer = buffer[self.socket.send(buffer) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError from error

    def close(self) -> None:
        self.socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        """The certificate is held against the name, whichever address was connected to."""
        try:
            self.socket.settimeout(deadline.remaining())  # for the handshake as a whole
            return Stream(ssl_context.wrap_socket(self.socket, server_hostname=server_hostname))
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(type(error).__name__) from error


def connected(host: str, port: int, *, inside: bool) -> socket.socket:
    """A connection within the deadline; raises OSError, or Private unless it may lead inside."""
    found = names.addresses(host, port)
    if not inside and not all(addresses.is_public(each) for each in found):
        raise Private(host)
    tried = found[:TRIES]
    for at, address in enumerate(tried):
        # An address that stays silent leaves time for the next one.
        seconds = deadline.remaining() / (len(tried) - at)
        try:
            connection = socket.create_connection((address, port), timeout=seconds)
        except OSError as error:
            refused = error
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise refused
