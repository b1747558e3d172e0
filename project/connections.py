"""What waitress does with a connection, where Foyer wants it otherwise.

A thread is given whole requests only: waitress sees to that. Here is what it leaves open: how long
a request may take to become whole, who goes when there are too many connections, HEAD, and pages
of our own for requests that can't be read.
"""

import json
import socket
import time
import uuid
from heapq import nsmallest

from django.conf import settings
from django.template.loader import render_to_string
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask

# Seconds from a request's first byte to its last, and without a request before a connection ends.
PATIENCE = 30
LINGER = 2  # seconds after a refusal for what the other side is still sending
DRAINED_AT_ONCE = 256 * 1024
# Waitress stops accepting at its limit. Before that, who has kept us waiting longest goes: others
# can always come in, whatever one person opens.
MOST_CONNECTIONS = 2000
LET_GO = 100

TOO_LARGE = frozenset({413, 431})
HEADERS = [
    ("Cache-Control", "private, no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
]


class Task(WSGITask):
    """An answer to HEAD has the headers of the one to GET, and no body."""

    def write(self, data: bytes) -> None:
        is_head = self.request.command == "HEAD"
        super().write(b"" if is_head else data)
        if is_head:
            self.chunked_response = False  # or its end would follow


class Refusal(ErrorTask):
    """The answer to a request that can't be read: an API's envelope, or a page like our others."""

    def execute(self) -> None:
        self.channel.lingers = True
        error = self.request.error
        self.status = f"{error.code} {error.reason}"
        path = str(getattr(self.request, "path", "")).removeprefix(settings.MOUNT)
        kind, text = _envelope(error.code) if path.startswith("/v1/") else _page(error.code)
        body = text.encode()
        self.response_headers += [("Content-Type", kind), *HEADERS]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """`since` is when its newest request began to arrive; nothing can put that off."""

    task_class = Task
    error_task_class = Refusal
    since = 0.0
    lingers = (
        False  # closed before all that was sent is read, a socket takes back the answer as well
    )
    is_draining = False

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.since = time.time()
        taken: bool = super().received(data)
        return taken

    def readable(self) -> bool:
        return self.is_draining or bool(super().readable())

    def handle_read(self) -> None:
        if self.is_draining:
            self.recv(DRAINED_AT_ONCE)  # at its end, waitress calls handle_close()
        else:
            super().handle_read()

    def handle_close(self) -> None:
        """After a refusal the rest of the request is read and thrown away for a moment."""
        if self.lingers and not self.is_draining and self._ends_writing():
            self.is_draining, self.will_close, self.close_when_flushed = True, False, False
            self.since = time.time() - PATIENCE + LINGER
        else:
            super().handle_close()

    def _ends_writing(self) -> bool:
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return True

    def waiting_since(self) -> float:
        """An answer on its way to somebody slow goes by its progress instead."""
        moment: float = self.last_activity if self.total_outbufs_len else self.since
        return moment or self.creation_time

    def is_busy(self) -> bool:
        return bool(self.requests)

    def is_resting(self) -> bool:
        """Whether nothing but this side's drop(), or the other's word, can change what it wants."""
        ends = self.will_close or self.close_when_flushed
        return not (self.requests or self.total_outbufs_len or ends)

    def drop(self) -> None:
        self.will_close = True
        self._map.lively.add(self._fileno)


class Server(TcpWSGIServer):
    channel_class = Channel

    def is_resting(self) -> bool:
        return False  # it looks after the others

    def maintenance(self, now: float) -> None:
        """Drop who dawdles: half a request, however lively it drips, holds nothing for long."""
        for channel in self._idle():
            if channel.waiting_since() < now - PATIENCE:
                channel.drop()

    def handle_accept(self) -> None:
        super().handle_accept()
        if len(self.active_channels) >= MOST_CONNECTIONS:
            for channel in nsmallest(LET_GO, self._idle(), key=Channel.waiting_since):
                channel.drop()

    def let_go(self) -> bool:
        """Close what isn't being answered; whether anything still is."""
        for channel in self._idle():
            if not channel.total_outbufs_len:
                channel.drop()
        return bool(self.active_channels)

    def _idle(self) -> list[Channel]:
        return [each for each in self.active_channels.values() if not each.is_busy()]


def _page(status: int) -> tuple[str, str]:
    context = {"too_large": status in TOO_LARGE}
    return "text/html; charset=utf-8", render_to_string("errors/unread.html", context)


def _envelope(status: int) -> tuple[str, str]:
    """CONTRACT 1.4, as far as somebody can be told who was not understood."""
    kind = "request_too_large" if status in TOO_LARGE else "bad_request"
    told = {
        "status_code": status,
        "request_id": f"request-{uuid.uuid4()}",
        "error_type": kind,
        "error_message": "The request could not be read.",
        "error_url": f"https://stytch.com/docs/b2b/api/errors/{status}#{kind}",
    }
    return "application/json", json.dumps(told)
