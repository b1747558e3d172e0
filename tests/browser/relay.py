"""Stands between a Foyer and the service it asks: counts what passes, and can fall silent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

PASSED_ON = {"authorization", "content-type", "accept", "user-agent"}


@dataclass(slots=True)
class Relay:
    """A service at `url` that is really `target`; while `down` it hangs up on whoever calls."""

    target: str
    url: str = ""
    down: bool = False
    paths: list[str] = field(default_factory=list)
    client: httpx.Client = field(default_factory=httpx.Client)

    def count(self, path: str) -> int:
        return sum(path in passed for passed in self.paths)

    @contextmanager
    def outage(self) -> Iterator[None]:
        self.down = True
        try:
            yield
        finally:
            self.down = False


@contextmanager
def relay_to(target: str) -> Iterator[Relay]:
    relay = Relay(target)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.pass_on()

        def do_POST(self) -> None:
            self.pass_on()

        def pass_on(self) -> None:
            relay.paths.append(self.path)
            if relay.down:
                self.close_connection = True
                return
            headers = {n: v for n, v in self.headers.items() if n.lower() in PASSED_ON}
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = relay.client.request(
                self.command, relay.target + self.path, headers=headers, content=content
            )
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *args: object) -> None:
            """Stay quiet; what passed is in `paths`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        relay.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        with relay.client:
            yield relay
            server.shutdown()
