"""What others notice of 200 sockets with half a request, and of 8 callbacks to a slow provider.

Each beside the same page without them, in turns: the middle answer may take a fifth longer.
"""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import httpx
from django.conf import settings
from django.utils import timezone

from identity.models import OIDCConnection
from identity.operations import connection_party, connections
from tests.benchmarks import report, section, visitors
from tests.benchmarks.loading import load
from tests.benchmarks.measuring import percentile
from tests.benchmarks.visitors import Visitor
from tests.dawdlers import Dawdler, dawdling
from tests.servers import Server, serve

DAWDLERS, CALLBACKS = 200, 8
WORST = 1.2
PUBLIC_TOKEN = "public-token-test-strain"
ROUNDS, TURN = 12, 400
HALVES = (
    b"GET / HTTP/1.1\r\nHost: foy",
    b"POST /v1/b2b/sessions/authenticate HTTP/1.1\r\nHost: foyer\r\nContent-Length: 99\r\n\r\n{",
)
DROPS = b"HTTP/1.1 103 Early Hints\r\n\r\n"
Strain = Callable[[], AbstractContextManager[object]]


@dataclass(slots=True)
class Waits:
    """Seconds that the others' middle answer took, one figure a round."""

    without: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(b / a for a, b in zip(self.without, self.beside, strict=True))


def measure(*, quick: bool) -> None:
    visitor = visitors.arrive()
    rounds, turn = (2, 20) if quick else (ROUNDS, TURN)
    report.title("Others, while somebody dawdles")
    with dawdling(slowly=DROPS, endless=True) as provider, started() as server:
        connection = connected(visitor, provider)
        found = {
            f"{DAWDLERS} sockets with half a request": lambda: halves(server, DAWDLERS),
            f"{CALLBACKS} callbacks to a dripping provider": lambda: callbacks(
                server, connection, provider
            ),
        }
        waits = {
            name: compared(server, visitor, strain, rounds=rounds, turn=turn)
            for name, strain in found.items()
        }
    tell(waits)


def compared(server: Server, visitor: Visitor, strain: Strain, *, rounds: int, turn: int) -> Waits:
    """In turns, after some requests that aren't counted."""
    waits = Waits()
    header = visitors.header({**visitor.cookies(), settings.CSRF_COOKIE_NAME: "a" * 32})
    load(server, turn, header)
    for _ in range(rounds):
        for into, weather in ((waits.without, nullcontext), (waits.beside, strain)):
            with weather():
                into.append(percentile(load(server, turn, header)["latencies"], 0.5))
    return waits


def tell(waits: dict[str, Waits]) -> None:
    rows = [
        (name, *(f"{median(each) * 1e3:.1f} ms" for each in (one.without, one.beside)))
        for name, one in waits.items()
    ]
    report.table(("the signed-in home, p50", "without", "with"), rows)
    for name, one in waits.items():
        report.goal(
            f"others beside {name}",
            value=f"{one.ratio:.2f} ×",
            wanted=f"within {WORST:.2f} ×",
            is_met=one.ratio <= WORST,
        )


@contextmanager
def started() -> Iterator[Server]:
    """With DEBUG, which lets a provider be on this machine."""
    with TemporaryDirectory() as name:
        there = {"DATABASE_URL": os.environ["DATABASE_URL"], "DEBUG": "true"}
        there["IDENTITY_PUBLIC_TOKEN"] = PUBLIC_TOKEN
        with serve(Path(name), **{**section.environment(Path(name)), **there}) as server:
            yield server


@contextmanager
def halves(server: Server, count: int) -> Iterator[None]:
    address = ("127.0.0.1", urlsplit(server.url).port)
    with ExitStack() as stack:
        for number in range(count):
            dawdler = stack.enter_context(socket.create_connection(address))
            dawdler.sendall(HALVES[number % len(HALVES)])
        yield


@contextmanager
def callbacks(server: Server, connection: OIDCConnection, provider: Dawdler) -> Iterator[None]:
    """Those for whom there is a place wait for the provider meanwhile, the others are told."""
    over = threading.Event()
    with ThreadPoolExecutor(CALLBACKS) as people:
        asked = [people.submit(come_back, server, connection, over) for _ in range(CALLBACKS)]
        try:
            for _ in range(settings.THIRD_PARTIES_MOST_WAITING // 3):
                arrived = provider.arrived.acquire(timeout=20)
                assert arrived, [each.exception() for each in asked if each.done()]
            yield
        finally:
            over.set()
        for each in asked:
            each.result()


def come_back(server: Server, connection: OIDCConnection, over: threading.Event) -> None:
    """Start at the organization's provider and return from it, until it is over."""
    with httpx.Client(base_url=server.url, timeout=60) as browser:
        while not over.is_set():
            asked = {"public_token": PUBLIC_TOKEN, "connection_id": connection.pk}
            begun = browser.get("/v1/public/sso/start", params=asked)
            assert begun.status_code == httpx.codes.FOUND, begun.text
            state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
            back = {"code": "c", "state": state}
            ended = browser.get(f"/v1/b2b/sso/callback/{connection.pk}", params=back)
            assert "provider_unavailable" in ended.headers["Location"], ended.headers
            over.wait(5)


def connected(visitor: Visitor, provider: Dawdler) -> OIDCConnection:
    organization = visitor.session.member.organization
    made = connections.create(
        organization=organization, display_name="Slow", identity_provider="generic",
        now=timezone.now(),
    )  # fmt: skip
    OIDCConnection.objects.filter(pk=made.pk).update(
        issuer=provider.url,
        client_id="foyer",
        secret_sealed=connection_party.sealed("secret"),
        authorization_url=f"{provider.url}/authorize",
        token_url=f"{provider.url}/token",
        userinfo_url=f"{provider.url}/userinfo",
        jwks_url=f"{provider.url}/jwks",
    )
    return made
