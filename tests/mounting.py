"""A proxy as people put in front of several apps: it passes on what is below one path."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-encoding", "content-length"}


@dataclass(slots=True)
class Proxy:
    """`url` is its origin; `strays` are the paths it was asked for that aren't below `mount`."""

    target: str
    mount: str
    strips: bool
    url: str = ""
    strays: list[str] = field(default_factory=list)
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def inner(self, path: str) -> str | None:
        """What to ask Foyer for instead, None when it isn't Foyer's to answer."""
        if not path.startswith((f"{self.mount}/", f"{self.mount}?")) and path != self.mount:
            self.strays.append(path)
            return None
        return path.removeprefix(self.mount) or "/" if self.strips else path


class Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def do_GET(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        inner = self.proxy.inner(self.path)
        if inner is None:
            return self.send_error(404)
        headers = [(n, v) for n, v in self.headers.items() if n.lower() not in HOP_BY_HOP]
        answer = self.proxy.client.request(
            self.command, self.proxy.target + inner, headers=headers, content=content
        )
        return self.give_back(answer)

    do_POST = do_HEAD = do_GET  # noqa: N815 http.server's own names

    def give_back(self, answer: httpx.Response) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    def log_message(self, *args: object) -> None:
        """Stay quiet; what went astray is in `strays`."""


@contextmanager
def proxy_to(target: str, *, mount: str, strips: bool) -> Iterator[Proxy]:
    proxy = Proxy(target, mount, strips)
    handler = type("Handler", (Handler,), {"proxy": proxy})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, proxy.client:
        proxy.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield proxy
        server.shutdown()
