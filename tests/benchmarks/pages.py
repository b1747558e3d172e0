"""Requests a second of the signed-in home, beside the same page under contrib.auth; and memory.

Equal for both: template and context, server and its one process, threads, database, the other
middleware. Different: who is signed in comes out of a JWT here, out of two rows there. A third
server is the peer once more with connections kept open (CONN_MAX_AGE), which Foyer's settings don't
ask for since its pages need none. The fourth is Foyer with SESSION_CHECK=token, which asks the
embedded service each time.
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from django.conf import settings

from project.environment import threads
from tests.benchmarks import report, section, visitors
from tests.benchmarks.loading import CONNECTIONS, load
from tests.benchmarks.measuring import percentile
from tests.benchmarks.peer import visitors as peer_visitors
from tests.benchmarks.visitors import Visitor
from tests.servers import Server, serve

SOON, LATE = 1_000, 10_000  # requests after which a worker's memory is looked at
ROUNDS, TURN = 10, 300  # of the peers, whose memory is nobody's concern
OURS, PEER = "tests.benchmarks.settings", "tests.benchmarks.peer.settings"
WANTED, GROWTH = 1.5, 0.05
SIGNS_THAT_DIFFER = re.compile(r'value="[\w-]{64}"|(data-session|data-organization)="[^"]+"')


@dataclass(slots=True)
class Rival:
    name: str
    server: Server
    cookies: Callable[[], dict[str, str]]
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    def serve(self, requests: int, *, counts: bool = True) -> None:
        answer = load(self.server, requests, self.header())
        if counts:
            self.rates.append(requests / answer["seconds"])
            self.latencies += answer["latencies"]

    def header(self) -> str:
        """With the form token's cookie, as of somebody who has been here before."""
        return visitors.header({**self.cookies(), settings.CSRF_COOKIE_NAME: "a" * 32})

    def times(self, other: "Rival") -> float:
        """How many times as fast: the median of what each round says."""
        return median(a / b for a, b in zip(self.rates, other.rates, strict=True))

    def page(self) -> str:
        answer = self.server.get("/", Cookie=self.header())
        assert "You’re in Acme" in answer.text, answer.text
        return SIGNS_THAT_DIFFER.sub("", answer.text)


def measure(*, quick: bool) -> None:
    soon, late, rounds = (20, 60, 2) if quick else (SOON, LATE, ROUNDS)
    visitor = visitors.arrive()
    theirs = peer_visitors.cookies(visitor)
    with ExitStack() as stack:
        ours = Rival("Foyer", stack.enter_context(server(OURS)), visitor.cookies)
        peer, kept = (
            Rival(name, stack.enter_context(server(module)), lambda: theirs)
            for name, module in (("contrib.auth", PEER), ("  connections kept", f"{PEER}_kept"))
        )
        asking = Rival(
            "  SESSION_CHECK=token",
            stack.enter_context(server(OURS, SESSION_CHECK="token")),
            lambda: without_jwt(visitor),
        )
        compete(ours, (peer, kept, asking), soon=soon, late=late, rounds=rounds)
        tell(ours, peer, kept, asking, soon=soon, late=late)


def without_jwt(visitor: Visitor) -> dict[str, str]:
    jwt = settings.COOKIE_NAMES["jwt"]
    return {name: value for name, value in visitor.cookies().items() if name != jwt}


@contextmanager
def server(module: str, **more: str) -> Iterator[Server]:
    with TemporaryDirectory() as name:
        database = os.environ["DATABASE_URL"]
        there = {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": module, **more}
        with serve(Path(name), **section.environment(Path(name), **there)) as started:
            yield started


def compete(ours: Rival, peers: tuple[Rival, ...], *, soon: int, late: int, rounds: int) -> None:
    """The first requests warm each up and aren't counted; then they take turns."""
    for rival in (ours, *peers):
        rival.serve(soon, counts=False)
    ours.memory.append(resident(worker_of(ours.server)))
    for _ in range(rounds):
        for rival in random.sample((ours, *peers), 1 + len(peers)):
            turn = (late - soon) // rounds
            rival.serve(turn if rival is ours else min(turn, TURN))
    ours.memory.append(resident(worker_of(ours.server)))


def tell(ours: Rival, peer: Rival, *others: Rival, soon: int, late: int) -> None:
    report.title("A signed-in page, and the same under django.contrib.auth with database sessions")
    engine = settings.DATABASES["default"]["ENGINE"].split(".")[-1]
    report.line(f"1 waitress process, {threads()} threads, {CONNECTIONS} connections, {engine}.")
    report.line(f"The pages have {len(ours.page())} and {len(peer.page())} characters.")
    rows = [row(rival, beside=ours) for rival in (ours, peer, *others)]
    report.table(("", "req/s median", "best", "p50", "p99", "Foyer's ×"), rows)
    report.line(f"Memory (RSS) of Foyer's worker: {memory(ours, soon, late)}.")
    ratio, growth = ours.times(peer), ours.memory[1] / ours.memory[0] - 1
    report.goal(
        "requests a second beside the peer's",
        value=f"{ratio:.2f} ×",
        wanted=f"at least {WANTED:.2f} ×",
        is_met=ratio >= WANTED,
    )
    report.goal(
        f"a worker's memory after {late} requests beside that after {soon}",
        value=f"{growth:+.1%}",
        wanted=f"within {GROWTH:.0%}",
        is_met=abs(growth) <= GROWTH,
    )


def row(rival: Rival, *, beside: Rival) -> tuple[str, ...]:
    rates = (f"{median(rival.rates):.0f}", f"{max(rival.rates):.0f}")
    waits = (f"{percentile(rival.latencies, share) * 1e3:.1f} ms" for share in (0.5, 0.99))
    return rival.name, *rates, *waits, f"{beside.times(rival):.2f}"


def memory(rival: Rival, soon: int, late: int) -> str:
    first, last = (f"{kib / 1024:.1f} MiB" for kib in rival.memory)
    return f"{first} after {soon} requests, {last} after {late}"


def worker_of(server: Server) -> int:
    """The server, below the shell that keeps it."""
    pid = server.process.pid
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[0])
    return pid


def resident(pid: int) -> int:
    """KiB of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])
