"""The real app in a process of its own: its own port, its own database, gone with the tests."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from project.environment import BASE_DIR

# Waits for the server and for us: whatever ends the tests, `cat` reads the end of its input then.
KEEPER = '"$@" & server=$!; cat >/dev/null; kill -TERM $server 2>/dev/null; wait $server'
READY_WITHIN = 60  # seconds, of two busy cores


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.url + path, headers=headers, timeout=READY_WITHIN)

    def stop(self) -> None:
        """End it as its owner would; it finishes what it is answering."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(timeout=READY_WITHIN)


@contextmanager
def serve(directory: Path, **environment: str) -> Iterator[Server]:
    """What `make run` runs, with nothing in its environment but what is passed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = _start(directory, listener.fileno(), bare(directory, **environment))
    server = Server(url, directory / "server.log", process)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        server.stop()


def bare(directory: Path, **environment: str) -> dict[str, str]:
    """An environment of which the machine's settings are no part."""
    return {
        "PATH": os.environ["PATH"],
        "ENV_FILE": "",
        "DATABASE_URL": f"sqlite:///{directory / 'foyer.sqlite3'}",
        "STATIC_ROOT": str(directory / "static"),
    } | environment


def _start(directory: Path, fd: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with (directory / "server.log").open("wb") as log:
        return subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "sh", sys.executable, "-m", "scripts.serve", "--fd", str(fd)],
            cwd=BASE_DIR,
            env=environment,
            pass_fds=[fd],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_until_ready(server: Server) -> None:
    # The socket was bound here, so that this one request waits in its queue until the server is up.
    try:
        answer = server.get("/readyz")
    except httpx.TransportError as error:
        raise RuntimeError(f"No server:\n{server.log.read_text()}") from error
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(f"{answer.text}\n{server.log.read_text()}")
