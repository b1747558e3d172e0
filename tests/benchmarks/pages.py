"""Requests a second of the signed-in home, beside the same page under contrib.auth; and memory.

Equal for both: template and context, gunicorn and its one process, threads, database, the other
middleware. Different: who is signed in comes out of a JWT here, out of two rows there.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django.conf import settings

from tests.benchmarks import report, section, visitors
from tests.benchmarks.measuring import percentile
from tests.benchmarks.peer import visitors as peer_visitors
from tests.servers import Server, serve

CONNECTIONS = 8  # as many as the server has threads
SOON, LATE = 1_000, 10_000  # requests after which a worker's memory is looked at
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
        answer = load(self.server, requests, visitors.header(self.cookies()))
        if counts:
            self.rates.append(requests / answer["seconds"])
            self.latencies += answer["latencies"]

    def page(self) -> str:
        answer = self.server.get("/", Cookie=visitors.header(self.cookies()))
        assert "You’re in Acme" in answer.text, answer.text
        return SIGNS_THAT_DIFFER.sub("", answer.text)


def measure(*, quick: bool) -> None:
    soon, late, rounds = (40, 120, 2) if quick else (SOON, LATE, 10)
    visitor = visitors.arrive()
    theirs = peer_visitors.cookies(visitor)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        with (
            serve(Path(one), **environment(one, "project.settings")) as our_server,
            serve(Path(other), **environment(other, "tests.benchmarks.peer.settings")) as peer,
        ):
            ours = Rival("Foyer", our_server, visitor.cookies)
            django = Rival("contrib.auth, sessions in the database", peer, lambda: theirs)
            compete((ours, django), soon=soon, late=late, rounds=rounds)
            tell(ours, django, soon=soon, late=late)


def environment(directory: str, module: str) -> dict[str, str]:
    database = os.environ["DATABASE_URL"]
    return section.environment(
        Path(directory), DATABASE_URL=database, DJANGO_SETTINGS_MODULE=module
    )


def compete(rivals: tuple[Rival, Rival], *, soon: int, late: int, rounds: int) -> None:
    """The first requests warm both up and aren't counted; then they take turns."""
    for rival in rivals:
        rival.serve(soon, counts=False)
        rival.memory.append(resident(worker_of(rival.server)))
    for at in range(rounds):
        for rival in rivals if at % 2 else rivals[::-1]:
            rival.serve((late - soon) // rounds)
    for rival in rivals:
        rival.memory.append(resident(worker_of(rival.server)))


def tell(ours: Rival, peer: Rival, *, soon: int, late: int) -> None:
    report.title("A signed-in page, and the same under django.contrib.auth")
    engine = settings.DATABASES["default"]["ENGINE"].split(".")[-1]
    report.line(f"1 gunicorn process, 8 threads, {CONNECTIONS} connections, {engine}.")
    report.line(f"The pages have {len(ours.page())} and {len(peer.page())} characters.")
    rows = [row(rival) for rival in (ours, peer)]
    report.table(("", "req/s median", "best", "p50", "p99", f"RSS {soon}", f"{late}"), rows)
    ratio = median(a / b for a, b in zip(ours.rates, peer.rates, strict=True))
    growth = ours.memory[1] / ours.memory[0] - 1
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


def row(rival: Rival) -> tuple[str, ...]:
    rates = (f"{median(rival.rates):.0f}", f"{max(rival.rates):.0f}")
    waits = (f"{percentile(rival.latencies, share) * 1e3:.1f} ms" for share in (0.5, 0.99))
    memory = (f"{kib / 1024:.1f} MiB" for kib in rival.memory)
    return rival.name, *rates, *waits, *memory


def load(server: Server, requests: int, cookie: str) -> dict[str, object]:
    port = urlsplit(server.url).port
    command = [sys.executable, "-m", "tests.benchmarks.load"]
    command += [str(port), str(CONNECTIONS), str(requests)]
    done = subprocess.run(command, input=cookie, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def worker_of(server: Server) -> int:
    """Gunicorn's one child, below the shell that keeps it."""
    pid = server.process.pid
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[0])
    return pid


def resident(pid: int) -> int:
    """KiB of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])
