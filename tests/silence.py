"""Stands before a PostgreSQL, passes on what is said, and can fall silent as a lost route does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Route:
    """From `port` of this machine to the Unix socket `there`; silent, it still accepts."""

    port: int
    there: str
    speaking: threading.Event = field(default_factory=threading.Event)
    opened: list[socket.socket] = field(default_factory=list)

    @contextmanager
    def silent(self) -> Iterator[None]:
        self.speaking.clear()
        try:
            yield
        finally:
            self.speaking.set()

    def hang_up(self) -> None:
        """End every connection there is, as a restart of the server does."""
        for each in self.opened:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return
            there = socket.socket(socket.AF_UNIX)
            there.connect(self.there)
            self.opened += [here, there]
            for pair in ((here, there), (there, here)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while heard := one.recv(65536):
                self.speaking.wait()
                other.sendall(heard)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)


@contextmanager
def route_to(there: str) -> Iterator[Route]:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        route = Route(listener.getsockname()[1], there)
        route.speaking.set()
        threading.Thread(target=route.serve, args=(listener,), daemon=True).start()
        try:
            yield route
        finally:
            route.speaking.set()
            listener.shutdown(socket.SHUT_RDWR)
            for each in route.opened:
                each.close()
