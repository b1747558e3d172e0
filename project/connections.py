"""What waitress does with a connection, where Foyer wants it otherwise.

A thread is given whole requests only: waitress sees to that. Here is what it leaves open: how long
a request may take to become whole, and who goes when there are too many connections. What is
written stands in answers.py.
"""

import socket
import time
from heapq import nsmallest

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from project.answers import Refusal, Task

# Seconds from a request's first byte to its last, and without a request before a connection ends.
PATIENCE = 30
LINGER = 2  # seconds after a refusal for what the other side is still sending
DRAINED_AT_ONCE = 256 * 1024
# Waitress stops accepting at its limit. Before that, who has kept us waiting longest goes: others
# can always come in, whatever one person opens.
MOST_CONNECTIONS = 2000
LET_GO = 100


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
