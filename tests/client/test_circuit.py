"""Once the service stays silent nobody waits for it, but one probe: what opens and closes it."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier, Event
from typing import Any

import httpx
import pytest

from accounts.client.circuit import SILENCES, Circuit
from accounts.client.client import IdentityClient
from accounts.client.errors import (
    CircuitOpen,
    IdentityError,
    JwtStale,
    SessionExpired,
    Unavailable,
)
from accounts.client.tokens import Tokens
from tests.client import samples, signing
from tests.client.conftest import Clock, Issuer, make_client

TOKENS = Tokens("the-session-token", "the-session-jwt", samples.NOW)
SILENT: list[Any] = [
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("timed out"),
    httpx.RemoteProtocolError("hung up"),
    httpx.Response(502, text="<html>bad gateway</html>"),
    httpx.Response(503),
    httpx.Response(504, text="gateway time-out"),
]
ANSWERS: list[Any] = [
    httpx.Response(200, json={}),
    httpx.Response(200, text="<html>captive portal</html>"),
    httpx.Response(404, json={"error_type": "session_not_found"}),
    httpx.Response(429, json={"error_type": "too_many_requests"}),
    httpx.Response(500, json={"error_type": "internal_server_error"}),
    httpx.Response(500, text="<html>oops</html>"),
    httpx.Response(502, json={"error_type": "provider_unavailable"}),
]
GOOD = httpx.Response(404, json={"error_type": "session_not_found"})


@pytest.fixture(autouse=True)
def _no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.client.circuit.JITTER", 0)


def ask(client: IdentityClient) -> IdentityError:
    with pytest.raises(IdentityError) as failed:
        client.sessions.authenticate(TOKENS)
    return failed.value


def open_it(client: IdentityClient, issuer: Issuer) -> None:
    issuer.answer = SILENT[0]
    for _ in range(SILENCES):
        ask(client)
    issuer.calls.clear()
    assert isinstance(ask(client), CircuitOpen)
    assert not issuer.calls


@pytest.mark.parametrize("silence", SILENT, ids=repr)
def test_silences_in_a_row_open_it(client: IdentityClient, issuer: Issuer, silence: Any) -> None:
    """Then nobody is let through to wait for one more (QUALITY 63)."""
    issuer.answer = silence
    for _ in range(SILENCES):
        assert not isinstance(ask(client), CircuitOpen)
    for _ in range(20):
        assert isinstance(ask(client), CircuitOpen)
    assert len(issuer.calls) == SILENCES


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
def test_an_answer_is_no_silence_however_bad(
    client: IdentityClient, issuer: Issuer, answer: Any
) -> None:
    issuer.answer = answer
    for _ in range(3 * SILENCES):
        assert not isinstance(ask(client), CircuitOpen)


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
def test_an_answer_in_between_begins_the_count_anew(
    client: IdentityClient, issuer: Issuer, answer: Any
) -> None:
    """An endpoint that hangs, among others that answer, is no outage."""
    for _ in range(3):
        issuer.answer = SILENT[1]
        for _ in range(SILENCES - 1):
            ask(client)
        issuer.answer = answer
        assert not isinstance(ask(client), CircuitOpen)


def test_one_endpoint_that_always_answers_500_opens_it_for_nobody(clock: Clock) -> None:
    """Somebody's odd input must not be everybody's outage."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if "discovery" in request.url.path else GOOD

    client = make_client(answer, clock)
    for _ in range(3 * SILENCES):
        with pytest.raises(Unavailable):
            client.factors.send_discovery_code("ada@acme.example")
    assert isinstance(ask(client), SessionExpired)


def test_silences_far_apart_are_not_in_a_row(
    client: IdentityClient, issuer: Issuer, clock: Clock
) -> None:
    issuer.answer = SILENT[0]
    for _ in range(3 * SILENCES):
        assert not isinstance(ask(client), CircuitOpen)
        clock.advance(31)


def test_a_probe_that_is_answered_closes_it(
    client: IdentityClient, issuer: Issuer, clock: Clock
) -> None:
    open_it(client, issuer)
    clock.advance(5)
    issuer.answer = GOOD
    for _ in range(3):
        assert isinstance(ask(client), SessionExpired)


def test_each_failed_probe_makes_the_rest_longer_up_to_a_bound(
    client: IdentityClient, issuer: Issuer, clock: Clock
) -> None:
    open_it(client, issuer)
    for rest in (5, 10, 20, 30, 30):
        clock.advance(rest - 1)
        assert isinstance(ask(client), CircuitOpen)
        clock.advance(1)
        assert not isinstance(ask(client), CircuitOpen)
    assert len(issuer.calls) == 5


def test_an_outage_after_a_recovery_is_a_new_one(
    client: IdentityClient, issuer: Issuer, clock: Clock
) -> None:
    for _ in range(3):
        open_it(client, issuer)
        clock.advance(5)
        issuer.answer = GOOD
        assert isinstance(ask(client), SessionExpired)


def test_a_clock_set_back_keeps_nobody_out(
    client: IdentityClient, issuer: Issuer, clock: Clock
) -> None:
    open_it(client, issuer)
    clock.advance(-3600)
    issuer.answer = GOOD
    assert isinstance(ask(client), SessionExpired)


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 4), (0.5, 5), (1.0, 6)])
def test_processes_need_not_probe_in_the_same_instant(
    clock: Clock, chance: float, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.client.circuit.JITTER", 0.2)
    circuit = Circuit(clock, chance=lambda: chance)
    for _ in range(SILENCES):
        with circuit.call() as call:
            call.answered = False
    clock.advance(seconds - 0.01)
    assert circuit.is_open
    clock.advance(0.02)
    assert not circuit.is_open


@dataclass
class Blocking(httpx.BaseTransport):
    """Keeps every caller waiting until the test says how it ends."""

    end: Event = field(default_factory=Event)
    arrived: list[str] = field(default_factory=list)
    answer: Any = SILENT[1]
    on_arrival: Callable[[], Any] = lambda: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.arrived.append(request.url.path)
        self.on_arrival()
        assert self.end.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def through(transport: httpx.BaseTransport, clock: Clock, **more: Any) -> IdentityClient:
    return IdentityClient(
        base_url=signing.BASE_URL,
        project_id=signing.PROJECT_ID,
        secret="secret-test-of-the-project",
        transport=transport,
        clock=clock,
        **more,
    )


def test_one_probe_goes_and_the_others_are_told_at_once(clock: Clock) -> None:
    """Eight threads met the outage; afterwards only one of them is ever out there (QUALITY 63)."""
    all_there = Barrier(9)
    service = Blocking(on_arrival=lambda: all_there.wait(10))
    client = through(service, clock)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(ask, client) for _ in range(8)]
        all_there.wait(10)
        service.end.set()
        assert {type(each.result(10)) for each in waiting} == {Unavailable}
        clock.advance(6)
        probe_is_out = Event()
        service.end, service.on_arrival = Event(), probe_is_out.set
        service.arrived.clear()
        probe = pool.submit(ask, client)
        assert probe_is_out.wait(10)
        assert {type(ask(client)) for _ in range(50)} == {CircuitOpen}
        assert len(service.arrived) == 1
        service.answer = GOOD
        service.end.set()
        assert isinstance(probe.result(10), SessionExpired)
    assert isinstance(ask(client), SessionExpired)


def test_a_probe_that_never_comes_back_keeps_nobody_out(clock: Clock) -> None:
    """Recovery needs no one."""
    circuit = Circuit(clock)
    for _ in range(SILENCES):
        with circuit.call() as call:
            call.answered = False
    clock.advance(6)
    with circuit.call() as lost:
        with pytest.raises(CircuitOpen), circuit.call():
            pass
        clock.advance(16)
        with circuit.call() as call:
            call.answered = True
        lost.answered = False  # it came back after all: one silence, not an outage
    with circuit.call():
        pass


def test_a_bug_says_nothing_of_the_service(clock: Clock) -> None:
    """And the probe that met it makes room for the next one."""
    circuit = Circuit(clock)
    for _ in range(SILENCES):
        with circuit.call() as call:
            call.answered = False
    clock.advance(6)
    with pytest.raises(ZeroDivisionError), circuit.call():
        raise ZeroDivisionError
    with circuit.call() as call:
        call.answered = True
    assert not circuit.is_open


def test_a_late_silence_does_not_make_the_rest_longer(clock: Clock) -> None:
    circuit = Circuit(clock)
    with circuit.call() as late:
        for _ in range(SILENCES):
            with circuit.call() as call:
                call.answered = False
        clock.advance(3)
        late.answered = False
    clock.advance(2.5)
    assert not circuit.is_open


def test_nothing_is_sent_twice(client: IdentityClient, issuer: Issuer) -> None:
    """Whether it was carried out is not known."""
    issuer.answer = SILENT[1]
    with pytest.raises(Unavailable):
        client.factors.send_discovery_code("ada@acme.example")
    assert len(issuer.calls) == 1


def of_keys_only(request: httpx.Request) -> httpx.Response:
    if "jwks" in request.url.path:
        return httpx.Response(200, json=signing.jwks("jwk-1"))
    raise SILENT[0]


def test_keys_that_arrive_end_no_outage(clock: Clock) -> None:
    """They may come from a cache in front; and `/readyz`, which asks for them, isn't fooled."""
    client = make_client(of_keys_only, clock)
    for _ in range(SILENCES):
        client.ready()
        ask(client)
    with pytest.raises(CircuitOpen):
        client.ready()
    clock.advance(6)
    client.ready()  # half-open: only somebody's call can tell, and who isn't ready gets none
    assert not isinstance(ask(client), CircuitOpen)
    with pytest.raises(CircuitOpen):
        client.ready()


def test_a_key_that_was_not_asked_for_is_asked_for_when_it_can_be(
    client: IdentityClient, issuer: Issuer, clock: Clock
) -> None:
    """An unknown kid costs a fetch per cool-down; one that the circuit kept back costs none."""
    client.ready()
    open_it(client, issuer)
    clock.advance(1)
    rotated = signing.mint(signing.claims(clock.now), kid="jwk-2")
    with pytest.raises(JwtStale):
        client.sessions.verify_jwt(rotated)
    clock.advance(5)
    issuer.answer, issuer.kids = GOOD, ["jwk-1", "jwk-2"]
    ask(client)
    issuer.answer = None
    assert client.sessions.verify_jwt(rotated)


def test_who_waits_for_another_threads_keys_gives_up(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a start during an outage one thread waits, not all behind its lock (QUALITY 63)."""
    out = Event()
    service = Blocking(on_arrival=out.set)
    client = through(service, clock)
    monkeypatch.setattr("accounts.client.keys.PATIENCE", 0)
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(pytest.raises, Unavailable, client.sessions.verify_jwt, signing.mint())
        assert out.wait(10)
        for behind in (lambda: client.sessions.verify_jwt(signing.mint()), client.ready):
            with pytest.raises(Unavailable, match="somebody"):
                behind()
        service.end.set()
        ahead.result(10)
    assert len(service.arrived) == 1


class Dripping(httpx.SyncByteStream):
    """An answer in pieces, each of them in time."""

    def __init__(self, clock: Clock, piece: bytes, *, every: float) -> None:
        self.clock, self.piece, self.every = clock, piece, every
        self.sent, self.closed = 0, False

    def __iter__(self) -> Iterator[bytes]:
        while self.sent < 1000:
            self.sent += 1
            self.clock.advance(self.every)
            yield self.piece

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(("piece", "every"), [(b" ", 4), (b" " * 2**20, 0)], ids=["drip", "flood"])
def test_an_answer_without_an_end_is_given_up(clock: Clock, piece: bytes, every: float) -> None:
    """The network's time limits are for each piece; there is one for the whole (QUALITY 63)."""
    stream = Dripping(clock, piece, every=every)
    client = make_client(lambda request: httpx.Response(200, stream=stream), clock)
    assert type(ask(client)) is Unavailable
    assert stream.sent < 12
    assert stream.closed


def test_an_answer_in_pieces_is_an_answer(clock: Clock) -> None:
    body = samples.ENVELOPE | {"status_code": 404, "error_type": "session_not_found"}
    pieces = (bytes([byte]) for byte in json.dumps(body).encode())
    client = make_client(lambda request: httpx.Response(404, content=pieces), clock)
    assert isinstance(ask(client), SessionExpired)
