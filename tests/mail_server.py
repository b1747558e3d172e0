"""A mail server that keeps what it is sent."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


class Mailboxes:
    def __init__(self) -> None:
        self.received: list[tuple[bytes, bool]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd calls it so
        assert isinstance(envelope.content, bytes)
        self.received.append((envelope.content, session.ssl is not None))
        return "250 OK"


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Mailboxes, int]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    found = Mailboxes()
    server = Controller(found, hostname="127.0.0.1", port=port, **options)
    server.start()
    try:
        yield found, port
    finally:
        server.stop()
