"""Ask for one page again and again over kept-alive connections: a process of its own, bare sockets.

`python -m tests.benchmarks.load PORT CONNECTIONS REQUESTS`, with the Cookie header on stdin. No
HTTP library: one would take longer over a request than the server does.
"""

import json
import re
import selectors
import socket
import sys
from time import monotonic, perf_counter

PATIENCE = 120  # seconds for all of it
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Connection:
    """One visitor, who asks again as soon as the answer is there."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = request

    def ask(self) -> None:
        self.answer, self.whole, self.asked_at = b"", 0, perf_counter()
        self.socket.sendall(self.request)

    def hear(self) -> bool:
        """Whether the answer is complete."""
        part = self.socket.recv(65536)
        if not part:
            raise SystemExit("The server closed a connection.")
        self.answer += part
        if not self.whole and (end := self.answer.find(b"\r\n\r\n")) >= 0:
            self.whole = end + 4 + self._length(end)
        return 0 < self.whole <= len(self.answer)

    def _length(self, end: int) -> int:
        found = LENGTH.search(self.answer[: end + 2])
        if not self.answer.startswith(b"HTTP/1.1 200 ") or not found:
            raise SystemExit(f"Not the page: {self.answer[:200]!r}")
        return int(found[1])


def run(port: int, connections: int, requests: int, cookie: str) -> dict[str, object]:
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    ends_at, latencies, began = monotonic() + PATIENCE, [], perf_counter()
    with selectors.DefaultSelector() as selector:
        left = requests
        for _ in range(min(connections, requests)):
            visitor = Connection(port, request)
            selector.register(visitor.socket, selectors.EVENT_READ, visitor)
            visitor.ask()
            left -= 1
        while len(latencies) < requests:
            if monotonic() > ends_at:
                raise SystemExit(f"{len(latencies)} of {requests} answers in {PATIENCE} s.")
            for key, _ in selector.select(timeout=1):
                if not key.data.hear():
                    continue
                latencies.append(perf_counter() - key.data.asked_at)
                if left:
                    key.data.ask()
                    left -= 1
    return {"seconds": perf_counter() - began, "latencies": latencies}


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:4]), sys.stdin.read())))
