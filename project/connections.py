"""What waitress does with a connection, where Foyer wants it otherwise.

A thread is given whole requests only: waitress sees to that. Here is what it leaves open: how long
a request may take to become whole and an answer to be read, how many requests of one connection
are looked at, and who goes when there are too many connections. What is written stands in
answers.py.
"""

import socket
import struct
import time
from heapq import nsmallest
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.utilities import BadRequest

from project.answers import Refusal, Task

# Seconds from a request's first byte to its last, without a request before a connection ends, and
# without progress of an answer.
PATIENCE = 30
LINGER = 2  # seconds after a refusal for what the other side is still sending
DRAINED_AT_ONCE = 256 * 1024
# Waitress stops accepting at its limit. Before that, who has kept us waiting longest goes: others
# can always come in, whatever one person opens.
MOST_CONNECTIONS = 2000
LET_GO = 100
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: the system doesn't keep what nobody reads either


class Parser(HTTPRequestParser):
    """One request; `rest` is what came after it."""

    rest = b""

    def received(self, data: bytes) -> int:
        try:
            used: int = super().received(data)
        except ValueError:  # such as an address that Python can't split, or a length it can't count
            self.error, self.completed, used = BadRequest("out of shape"), True, len(data)
        if not self.completed:
            return used
        self.rest = data[used:]
        return len(data)


class Channel(HTTPChannel):
    """`since` is when its newest request began to arrive; nothing can put that off.

    It has one request at a time. What came with it (pipelined) waits, unread, until the answer is
    on its way as a whole: so no thread waits for somebody who doesn't read, and a connection has
    one answer open, with its file.
    """

    parser_class = Parser
    request: Parser | None
    task_class = Task
    error_task_class = Refusal
    since = 0.0
    lingers = (
        False  # closed before all that was sent is read, a socket takes back the answer as well
    )
    is_draining = False
    ahead = b""  # what came after the request that is being answered

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.since, self.request = time.time(), Parser(self.adj)
        request = self.request
        taken: bool = super().received(data)
        self.ahead = request.rest
        return taken

    def readable(self) -> bool:
        """Asked once more when an answer has left; what is here already comes first then."""
        while self.ahead and not self.is_draining and super().readable():
            self.received(self.ahead)
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

    def write_soon(self, data: Any) -> int:
        """Its progress is looked at from its first byte on, however long a thread worked on it."""
        if not self.total_outbufs_len:
            self.last_activity = time.time()
        written: int = super().write_soon(data)
        return written

    def is_busy(self) -> bool:
        return bool(self.requests)

    def is_resting(self) -> bool:
        """Whether nothing but this side's drop(), or the other's word, can change what it wants."""
        ends = self.will_close or self.close_when_flushed
        return not (self.requests or self.total_outbufs_len or ends or self.ahead)

    def is_stuck(self, now: float) -> bool:
        """Whoever it waits for; what a thread is still working out has no end here."""
        is_ours = self.is_busy() and not self.total_outbufs_len
        return not is_ours and self.waiting_since() < now - PATIENCE

    def drop(self) -> None:
        """At once: a socket that the other side doesn't read may never be writable again."""
        if self.total_outbufs_len:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        super().handle_close()


class Server(TcpWSGIServer):
    channel_class = Channel

    def is_resting(self) -> bool:
        return False  # it looks after the others

    def maintenance(self, now: float) -> None:
        """Drop who dawdles: half a request, however lively it drips, holds nothing for long.

        Nor does an answer that isn't read, whether or not a thread waits to write more of it.
        """
        for channel in tuple(self.active_channels.values()):
            if channel.is_stuck(now):
                channel.drop()

    def handle_accept(self) -> None:
        super().handle_accept()
        if len(self.active_channels) >= MOST_CONNECTIONS:
            for channel in nsmallest(LET_GO, self._idle(), key=Channel.waiting_since):
                channel.drop()

    def let_go(self) -> bool:
        """Close what isn't being answered; whether anything still is."""
        for channel in self._idle():
            if not (channel.total_outbufs_len or channel.close_when_flushed):
                channel.drop()
        return bool(self.active_channels)

    def _idle(self) -> list[Channel]:
        return [each for each in self.active_channels.values() if not each.is_busy()]
