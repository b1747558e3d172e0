"""What serves the app: whole requests to its threads, no patience with dawdlers, a graceful end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from selectors import EVENT_READ
from typing import Any

import pytest
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from project import connections
from project.connections import PATIENCE, Server
from project.environment import BASE_DIR
from project.server import LIMITS
from project.sockets import Sockets
from tests.servers import bare, serve

HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: foy"
HALF_A_BODY = b"POST /v1/b2b/x HTTP/1.1\r\nHost: foyer\r\nContent-Length: 100\r\n\r\n{"
WHOLE = b"GET /a HTTP/1.1\r\nHost: foyer\r\n\r\n"


LARGE = 8 * 1024 * 1024  # more than the system takes off a server's hands
BODIES = {"/large": [b"a" * LARGE], "/pieces": [b"a" * (LARGE // 8)] * 8}


def answers(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """A length by itself where the query says so."""
    method = environ["REQUEST_METHOD"].encode()
    body = BODIES.get(environ["PATH_INFO"], [method])
    size = sum(map(len, body))
    length = [("Content-Length", str(size))] if not environ["QUERY_STRING"] else []
    start_response("200 OK", [("Content-Type", "text/plain"), *length])
    return body


class Loop:
    """The server in this very thread, a turn at a time; one other thread answers."""

    def __init__(self, listener: socket.socket) -> None:
        self.port, self.map = listener.getsockname()[1], Sockets()
        self.dispatcher = ThreadedTaskDispatcher()
        self.dispatcher.set_thread_count(1)
        information = (listener.family, listener.type, 0, listener.getsockname())
        adjustments = Adjustments(ident=None, **LIMITS)
        self.server = Server(
            answers, self.map, _sock=listener, dispatcher=self.dispatcher, adj=adjustments,
            sockinfo=information, bind_socket=False,
        )  # fmt: skip

    def connect(self, said: bytes = b"") -> socket.socket:
        there = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        there.sendall(said)
        return there

    def turn(self, until: Callable[[], object]) -> None:
        ends = time.monotonic() + 20
        while not until():
            assert time.monotonic() < ends
            self.map.turn(0.05)

    def hear(self, there: socket.socket, until: Callable[[bytes], object] = bool) -> bytes:
        """What comes, until it will do or the connection ends."""
        heard, over = bytearray(), False
        there.setblocking(False)

        def is_enough() -> bool:
            nonlocal over
            try:
                part = there.recv(65536)
                heard.extend(part)
                over = not part
            except BlockingIOError:
                """Not yet."""
            return over or bool(until(bytes(heard)))

        self.turn(is_enough)
        return bytes(heard)

    def is_open(self, there: socket.socket) -> bool:
        there.setblocking(False)
        try:
            return there.recv(1) != b""
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False


@pytest.fixture
def loop() -> Iterator[Loop]:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        found = Loop(listener)
        yield found
        found.dispatcher.shutdown()
        for each in channels(found):
            each.drop()
        wasyncore.close_all(found.map)


@pytest.mark.parametrize("half", [HALF_A_HEAD, HALF_A_BODY, b"", b"\r\n"])
def test_half_a_request_has_no_thread(loop: Loop, half: bytes) -> None:
    """There is one thread here, and 200 who dawdle (QUALITY 81)."""
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(loop.connect(half))
        loop.turn(lambda: len(loop.server.active_channels) == 200)
        assert not loop.dispatcher.queue
        there = stack.enter_context(loop.connect(WHOLE))
        assert loop.hear(there).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("half", [HALF_A_HEAD, HALF_A_BODY, b""])
def test_who_dawdles_is_dropped_however_lively_it_drips(loop: Loop, half: bytes) -> None:
    with loop.connect(half) as there:
        loop.turn(lambda: loop.server.active_channels)
        [channel] = loop.server.active_channels.values()
        loop.turn(lambda: not half or channel.since)
        began = channel.waiting_since()
        if half:
            there.sendall(b"e")
            loop.turn(lambda: channel.last_activity > began)
        loop.server.maintenance(began + PATIENCE)
        assert not channel.will_close
        loop.server.maintenance(began + PATIENCE + 0.1)
        loop.turn(lambda: not loop.is_open(there))


def test_who_is_being_answered_is_not_dropped(loop: Loop) -> None:
    with loop.connect(WHOLE) as there:
        loop.dispatcher.set_thread_count(0)
        loop.turn(lambda: loop.dispatcher.queue)
        loop.server.maintenance(time.time() + 2 * PATIENCE)
        assert not loop.server.let_go() or loop.is_open(there)
        loop.dispatcher.set_thread_count(1)
        assert loop.hear(there).startswith(b"HTTP/1.1 200 OK")


def test_a_newcomer_takes_the_place_of_who_waits_longest(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that no number of open sockets keeps everybody out."""
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 10)
    monkeypatch.setattr(connections, "LET_GO", 2)
    with ExitStack() as stack:
        waiting = []
        for count in range(1, 10):
            waiting.append(stack.enter_context(loop.connect(HALF_A_HEAD)))
            loop.turn(lambda count=count: len(loop.server.active_channels) == count)
        waiting.append(stack.enter_context(loop.connect(HALF_A_HEAD)))
        loop.turn(lambda: not loop.is_open(waiting[0]))
        there = stack.enter_context(loop.connect(WHOLE))
        assert loop.hear(there).startswith(b"HTTP/1.1 200 OK")
        assert loop.is_open(waiting[-1])


ASK_LARGE = b"GET /large HTTP/1.1\r\nHost: foyer\r\n\r\n"


def test_who_pipelines_and_reads_nothing_holds_no_thread(loop: Loop) -> None:
    """There is one thread here; a packet has 150 requests for more than the server keeps ready."""
    with loop.connect(ASK_LARGE * 150) as deaf:
        loop.turn(lambda: any(each.total_outbufs_len for each in channels(loop)))
        [channel] = channels(loop)
        with loop.connect(WHOLE) as there:
            assert loop.hear(there).startswith(b"HTTP/1.1 200 OK")
        assert channel.total_outbufs_len < 2 * LARGE  # one answer
        assert not channel.requests
        assert loop.is_open(deaf)


def channels(loop: Loop) -> list[connections.Channel]:
    return list(loop.server.active_channels.values())


def is_answered(loop: Loop, count: int) -> bool:
    """So many answers are written, and wait for their readers alone."""
    return (
        sum(bool(each.total_outbufs_len and not each.requests) for each in channels(loop)) == count
    )


def test_what_is_pipelined_is_answered_in_its_order(loop: Loop) -> None:
    asked = [b"GET", b"HEAD", b"PUT", b"DELETE", b"END"]
    said = b"".join(each + b" /a HTTP/1.1\r\nHost: foyer\r\n\r\n\r\n" for each in asked)
    with loop.connect(said) as there:
        heard = loop.hear(there, lambda heard: heard.endswith(b"END"))
    assert [each.split(b"HTTP/")[0] for each in heard.split(b"\r\n\r\n")[1:]] == [
        b"GET", b"", b"PUT", b"DELETE", b"END",
    ]  # fmt: skip


def test_who_reads_a_large_answer_gets_the_next_one_too(loop: Loop) -> None:
    with loop.connect(ASK_LARGE + WHOLE) as there:
        heard = loop.hear(there, lambda heard: heard.count(b"HTTP/1.1 200") == 2)
    assert len(heard) > LARGE


def test_who_does_not_read_an_answer_is_dropped(loop: Loop) -> None:
    """No matter that their socket never takes another byte, by which others are noticed."""
    with loop.connect(ASK_LARGE):
        loop.turn(lambda: is_answered(loop, 1))
        [channel] = channels(loop)
        loop.server.maintenance(channel.last_activity + PATIENCE)
        assert loop.server.active_channels
        loop.server.maintenance(channel.last_activity + PATIENCE + 0.1)
        loop.turn(lambda: not loop.server.active_channels)


def test_a_thread_is_freed_from_who_does_not_read(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits to write more of one answer than may be kept ready."""
    monkeypatch.setattr(loop.server.adj, "outbuf_high_watermark", 1024)
    with loop.connect(b"GET /pieces HTTP/1.1\r\nHost: foyer\r\n\r\n"):
        loop.turn(lambda: any(each.total_outbufs_len > 1024 for each in channels(loop)))
        [channel] = channels(loop)
        assert channel.requests
        with loop.connect(WHOLE) as there:
            loop.turn(lambda: loop.dispatcher.queue)
            loop.server.maintenance(channel.last_activity + PATIENCE + 0.1)
            assert loop.hear(there).startswith(b"HTTP/1.1 200 OK")


def test_a_newcomer_takes_the_place_of_who_reads_nothing(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 4)
    monkeypatch.setattr(connections, "LET_GO", 2)
    with ExitStack() as stack:
        for count in range(1, 4):
            stack.enter_context(loop.connect(ASK_LARGE))
            loop.turn(partial(is_answered, loop, count))
        there = stack.enter_context(loop.connect(WHOLE))
        assert loop.hear(there).startswith(b"HTTP/1.1 200 OK")
        assert is_answered(loop, 1)


class Answering:
    """A connection whose answer ends, in another thread, while it is being asked what it wants."""

    accepting = False
    is_busy = True

    def readable(self) -> bool:
        was_busy, self.is_busy = self.is_busy, False
        return not was_busy

    def writable(self) -> bool:
        return False

    def is_resting(self) -> bool:
        return not self.is_busy


def test_an_answer_that_ends_at_a_bad_moment_is_no_end_of_reading() -> None:
    """Otherwise what comes next on the connection would not be heard."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sockets = Sockets()
        sockets[ours.fileno()] = Answering()
        sockets.turn(0)
        sockets.turn(0)
        assert sockets.selector.get_map()[ours.fileno()].events == EVENT_READ
        sockets.turn(0)
        assert not sockets.lively


@pytest.mark.parametrize("path", [b"/a", b"/a?chunked"])
def test_an_answer_to_head_has_no_body(loop: Loop, path: bytes) -> None:
    asked = b"HEAD " + path + b" HTTP/1.1\r\nHost: foyer\r\n\r\n"
    with loop.connect(asked) as there:
        heard = loop.hear(there, lambda heard: b"\r\n\r\n" in heard)
        if b"?" not in path:
            assert b"Content-Length: 4\r\n" in heard
            there.sendall(WHOLE)  # on the same connection
            heard += loop.hear(there, lambda heard: heard.endswith(b"GET"))
            assert heard.endswith(b"\r\n\r\nGET")
    assert heard.split(b"\r\n\r\n")[1].startswith(b"HTTP/1.1" if b"?" not in path else b"")
    assert b"Server:" not in heard


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        (b"GET /login HTTP/1.1\r\nCookie: " + b"a" * 40_000 + b"\r\n\r\n", 431, "too large"),
        (b"POST /login HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n", 413, "too large"),
        (b"POST /v1/b2b/x HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n", 413, "request_too_large"),
        (b"GET /login HTTP/9.9 more\r\n\r\n", 400, "out of shape"),
        (b"POST /login HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n", 501, "out of shape"),
        (b"GET http://[::1 HTTP/1.1\r\nHost: foyer\r\n\r\n", 400, "out of shape"),
        (b"POST /v1/b2b/x HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 400, "bad_r"),
        (b"POST /login HTTP/1.1\r\nContent-Length: 90000\r\n\r\n", 413, "too large"),
        (b"POST /login HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n", 413, "too large"),
    ],
)
def test_what_cannot_be_read_gets_an_answer_of_ours(
    loop: Loop, asked: bytes, status: int, words: str
) -> None:
    """Whole, although more of the request is on its way (a reset would take it back)."""
    with loop.connect(asked + b"a" * 100_000) as there:
        heard = loop.hear(there, lambda _: False).decode()
    assert heard.split(" ")[1] == str(status)
    assert words in heard
    assert "waitress" not in heard
    assert heard.rstrip().endswith(("</html>", "}"))


def test_a_line_of_8000_octets_is_read(loop: Loop) -> None:
    """RFC 9112 3."""
    line = b"GET /" + b"a" * 8000 + b" HTTP/1.1\r\nHost: foyer\r\n"
    with loop.connect(line + b"Cookie: " + b"b" * 12_288 + b"\r\n\r\n") as there:
        assert loop.hear(there).startswith(b"HTTP/1.1 200 OK")


def test_what_is_being_answered_is_finished_before_the_end(tmp_path: Path) -> None:
    """With a service that takes its time, in a process of its own."""
    with serve(tmp_path, DEBUG="true", IDENTITY_WEATHER="slow=1") as server:
        host, port = server.url.removeprefix("http://").split(":")
        token = server.get("/login").cookies["csrf"]
        form = f"csrfmiddlewaretoken={token}&email_address=ada%40acme.example".encode()
        head = (
            f"POST /login HTTP/1.1\r\nHost: localhost\r\nCookie: csrf={token}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n\r\n"
        )
        with socket.create_connection((host, int(port)), timeout=60) as there:
            there.sendall(head.encode() + form)
            assert server.get("/healthz").status_code == 200  # so the other is being answered
            server.stop()
            heard = b""
            while part := there.recv(65536):
                heard += part
    assert heard.startswith((b"HTTP/1.1 302", b"HTTP/1.1 200"))
    assert server.process.returncode == 0
    assert "Traceback" not in server.log.read_text()


@contextmanager
def family(directory: Path) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """Two processes; neither database nor cache is there, and neither is asked for a probe."""
    environment = bare(
        directory,
        ENV_FILE="scripts/production.env",
        WEB_CONCURRENCY="2",
        DATABASE_URL="postgres://nobody@127.0.0.1:9/none",
        REDIS_URL="redis://127.0.0.1:9/0",
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "project.server", "--fd", str(listener.fileno())]
        process = subprocess.Popen(
            command, cwd=BASE_DIR, env=environment, pass_fds=[listener.fileno()]
        )
        yield process, listener
        process.kill()
        process.wait()


def children(process: subprocess.Popen[bytes]) -> list[int]:
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(each) for each in told.split()]


def is_alive(listener: socket.socket) -> bool:
    with socket.create_connection(listener.getsockname(), timeout=60) as there:
        there.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return there.recv(100).startswith(b"HTTP/1.1 200")


def wait_for(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends


def test_several_processes_share_the_socket_and_end_together(tmp_path: Path) -> None:
    with family(tmp_path) as (process, listener):
        assert is_alive(listener)
        wait_for(lambda: len(children(process)) == 2)
        first = children(process)
        os.kill(first[0], signal.SIGKILL)
        wait_for(lambda: set(children(process)) - set(first))  # another in its place
        second = children(process)
        process.terminate()
        assert process.wait(60) == 0
        assert not [each for each in second if Path(f"/proc/{each}").exists()]


def is_running(pid: int) -> bool:
    """Who has ended may still be listed until somebody asks how."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_none_of_them_outlives_the_first(tmp_path: Path) -> None:
    """However it ends; otherwise the port would be taken when it is started again."""
    with family(tmp_path) as (process, listener):
        assert is_alive(listener)
        wait_for(lambda: len(children(process)) == 2)
        left = children(process)
        process.kill()
        wait_for(lambda: not any(map(is_running, left)))
