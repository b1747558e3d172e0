"""A PostgreSQL that takes connections and says nothing: a stalled disk, a route that is lost."""

import re
import select
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.utils import timezone
from psycopg import OperationalError
from psycopg.errors import QueryCanceled
from time_machine import TimeMachineFixture

from accounts.client.circuit import JITTER, SHORTEST_REST, SILENCES
from project.environment import BASE_DIR, REDIS_OPTIONS, shares
from project.postgres import STATEMENT_MS, patience as patience_module
from project.postgres.base import Connection, connect, is_fresh
from project.postgres.patience import CONNECT_SECONDS, SECONDS, Patience, within
from tests import postgres
from tests.servers import READY_WITHIN, Server, serve
from tests.signing_in import MEMBER
from tests.silence import Route, route_to

pytestmark = pytest.mark.skipif(
    not postgres.binaries(), reason="this machine has no PostgreSQL server"
)
NEEDS_IT = "/o/acme/login"  # by anybody, and not without the database
PATIENCE = 20  # seconds; who waits longer takes the page for broken


@pytest.fixture(scope="module")
def route() -> Iterator[Route]:
    with postgres.cluster() as url:
        directory = Path(urlsplit(url).path.removeprefix("/")).parent
        with route_to(f"{directory}/.s.PGSQL.5432") as route:
            yield route


@pytest.fixture(scope="module")
def server(route: Route, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = f"postgres://foyer@127.0.0.1:{route.port}/postgres"
    with serve(tmp_path_factory.mktemp("silent"), DEBUG="true", DATABASE_URL=url) as server:
        yield server


def browser(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=PATIENCE)


def sign_in(member: httpx.Client) -> None:
    """As a person does, by the code in the development inbox."""
    post(member, "/login", email_address=MEMBER)
    [code] = re.findall(r"\b\d{6}\b", member.get("/dev/inbox/messages.json").text)[:1]
    post(member, "/login/code", code=code)
    assert member.get("/sessions").status_code == httpx.codes.OK


def post(member: httpx.Client, path: str, **fields: str) -> httpx.Response:
    member.get("/login")
    return member.post(path, data=fields | {"csrfmiddlewaretoken": member.cookies["csrf"]})


def answers_again(member: httpx.Client, path: str) -> None:
    """By itself, once nobody has been left without an answer for a few seconds."""
    ends = time.monotonic() + READY_WITHIN
    while member.get(path).status_code != httpx.codes.OK:
        assert time.monotonic() < ends


def test_it_stops_no_probe_and_every_page_says_so(server: Server, route: Route) -> None:
    """Twice as many ask as there are threads, and then as many again."""
    with browser(server) as anybody, ThreadPoolExecutor(32) as visitors:
        assert anybody.get(NEEDS_IT).status_code == httpx.codes.OK
        with route.silent():
            for _ in range(2):
                asked = [visitors.submit(anybody.get, NEEDS_IT) for _ in range(32)]
                assert anybody.get("/healthz").status_code == httpx.codes.OK
                assert {each.result().status_code for each in asked} == {503}
            assert "Retry-After" in asked[0].result().headers
            ready = anybody.get("/readyz")
        assert ready.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert ready.json()["checks"]["database"] == "unreachable"
        answers_again(anybody, NEEDS_IT)
        answers_again(anybody, "/readyz")


def test_everybody_stays_signed_in(server: Server, route: Route) -> None:
    """Pages that ask the service, and one of an app that asks the database itself."""
    with browser(server) as member:
        sign_in(member)
        held = dict(member.cookies)
        with route.silent():
            for path in ("/sessions", "/documents"):
                answer = member.get(path)
                assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, path
            assert dict(member.cookies) == held
        answers_again(member, "/sessions")
        answers_again(member, "/documents")


def test_a_restart_is_met_by_nobody(server: Server, route: Route) -> None:
    """Each thread has a connection that is over by then, and sees that without asking.

    As many visitors as may wait for identity at a time when it was slow a moment ago.
    """
    with browser(server) as anybody, ThreadPoolExecutor(shares()[0]) as visitors:
        for _ in range(2):
            asked = [visitors.submit(anybody.get, NEEDS_IT) for _ in range(64)]
            assert {each.result().status_code for each in asked} == {httpx.codes.OK}
            route.hang_up()


@pytest.fixture
def patience() -> Patience:
    return Patience(16)


def connected(route: Route, patience: Patience, **more: object) -> Connection:
    return connect(
        patience=patience, host="127.0.0.1", port=route.port, user="foyer", dbname="postgres",
        autocommit=True, connect_timeout=2, **more,
    )  # fmt: skip


def test_a_slow_statement_is_no_silence(route: Route, patience: Patience) -> None:
    """The server ends it, and the connection is as good as before."""
    with connected(route, patience, options="-c statement_timeout=20") as connection:
        for _ in range(SILENCES):
            with pytest.raises(QueryCanceled):
                connection.execute("SELECT pg_sleep(60)")
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert is_fresh(connection.pgconn)


def test_a_connection_that_was_left_without_an_answer_is_over(
    route: Route, patience: Patience
) -> None:
    with connected(route, patience) as connection:
        with route.silent(), within(0.1), pytest.raises(OperationalError, match="silent"):
            connection.execute("SELECT 1")
        assert connection.closed
        assert not is_fresh(connection.pgconn)


def test_one_that_was_hung_up_on_is_seen_to_be(route: Route, patience: Patience) -> None:
    with connected(route, patience) as connection:
        assert is_fresh(connection.pgconn)
        connection.execute("BEGIN")
        assert not is_fresh(connection.pgconn)
        connection.execute("ROLLBACK")
        route.hang_up()
        select.select([connection.pgconn.socket], [], [], PATIENCE)
        assert not is_fresh(connection.pgconn)


def test_after_some_silences_nobody_asks(
    route: Route, patience: Patience, time_machine: TimeMachineFixture
) -> None:
    """Not on a connection that is open either; later one goes and finds out."""
    time_machine.move_to(timezone.now(), tick=False)
    with connected(route, patience) as idle:
        with route.silent():
            for _ in range(SILENCES):
                with patience.waiting() as call:
                    call.answered = False
            for asked in (lambda: idle.execute("SELECT 1"), lambda: connected(route, patience)):
                with pytest.raises(OperationalError, match="a moment ago"):
                    asked()
        time_machine.shift(SHORTEST_REST * (1 + JITTER))
        assert idle.execute("SELECT 1").fetchone() == (1,)
        connected(route, patience).close()


def test_connecting_has_an_end_too(route: Route, patience: Patience) -> None:
    with route.silent():
        for _ in range(SILENCES - 1):
            with patience.waiting() as call:
                call.answered = False
        with pytest.raises(OperationalError, match="timeout"):
            connected(route, patience)
        assert patience.circuit.is_open
        with within(0), pytest.raises(OperationalError, match="over"):
            connected(route, Patience(16))


@pytest.mark.parametrize(("threads", "most"), [(4, 3), (16, 14), (64, 56)])
def test_an_eighth_of_the_threads_never_waits(
    threads: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience_module, "QUEUE_SECONDS", 0.01)
    patience = Patience(threads)
    with ExitStack() as waiting:
        for _ in range(most):
            waiting.enter_context(patience.waiting())
        with pytest.raises(OperationalError, match="enough"), patience.waiting():
            """Nobody comes here."""
    with patience.waiting():
        """A place is free again."""


def test_commands_wait_as_long_as_it_takes(route: Route) -> None:
    with connected(route, None) as connection, within(0):
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_figures_told_are_these() -> None:
    told = (BASE_DIR / "SECURITY.md").read_text()
    assert f"| {SECONDS:.0f} s; {CONNECT_SECONDS} s; {REDIS_OPTIONS['socket_timeout']} s |" in told
    assert SILENCES == 5  # "five silences"
    assert SHORTEST_REST.total_seconds() == 5
    assert STATEMENT_MS == 3500
