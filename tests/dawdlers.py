"""Servers that take their time: what they say comes a byte at a time, and stops with the test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

BETWEEN = 0.05  # seconds from byte to byte; a deadline for each read would never see the end of it
BODY = b'{"keys": []}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n"
ANSWER = HEAD + BODY


@dataclass
class Dawdler:
    """`at_once` is said as anybody would, `slowly` dripped, again and again if `endless`."""

    port: int
    at_once: bytes = b""
    slowly: bytes = b""
    endless: bool = False
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._drip, args=(connection,), daemon=True).start()

    def _drip(self, connection: socket.socket) -> None:
        with connection:
            self.arrived.release()
            try:
                connection.sendall(self.at_once)
                self._slowly(connection)
            except OSError:
                """They have had enough."""

    def _slowly(self, connection: socket.socket) -> None:
        while True:
            for each in self.slowly:
                connection.sendall(bytes([each]))
                if self.over.wait(BETWEEN):
                    return
            if not (self.endless and self.slowly):
                self.over.wait()
                return


@contextmanager
def dawdling(
    *, at_once: bytes = b"", slowly: bytes = b"", endless: bool = False
) -> Iterator[Dawdler]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Dawdler(listener.getsockname()[1], at_once, slowly, endless)
        threading.Thread(target=found.serve, args=(listener,), daemon=True).start()
        try:
            yield found
        finally:
            found.over.set()
            listener.shutdown(socket.SHUT_RDWR)
