"""Sixteen threads and a service that hangs: they are free again for pages that need no call."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Semaphore
from typing import Any

import httpx
import pytest
from time_machine import TimeMachineFixture

from accounts import service
from accounts.client.bulkhead import Bulkhead
from tests.accounts.backend import Backend
from tests.accounts.browser import Browser

THREADS = 16
SESSION = "stytch_session"


@dataclass
class Hanging(Backend):
    """Keeps whoever asks about a session waiting until the test lets go."""

    hangs: bool = False
    arrived: Semaphore = field(default_factory=lambda: Semaphore(0))
    let_go: Event = field(default_factory=Event)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.hangs and "jwks" not in request.url.path:
            self.arrived.release()
            assert self.let_go.wait(20)
        return super().handle_request(request)

    def wait_for(self, count: int) -> None:
        for _ in range(count):
            assert self.arrived.acquire(timeout=20)


@pytest.fixture
def backend(house: None, through: Any, noon: TimeMachineFixture) -> Hanging:
    backend = Hanging()
    through(backend)
    return backend


@pytest.fixture
def workers(backend: Hanging) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool
        backend.let_go.set()


def signed_in(backend: Hanging) -> Browser:
    browser = Browser()
    browser.end_with(backend.sign_in())
    assert browser.get("/").status_code == 200
    return browser


@pytest.fixture
def stale(backend: Hanging, noon: TimeMachineFixture) -> list[Browser]:
    """As many people as there are threads, whose JWT has ended."""
    browsers = [signed_in(backend) for _ in range(THREADS)]
    noon.shift(timedelta(minutes=6))
    return browsers


def visit(browser: Browser) -> int:
    status: int = browser.get("/").status_code
    return status


def statuses(asked: list[Future[int]]) -> set[int]:
    return {each.result(20) for each in asked}


def test_a_silence_is_waited_out_once(
    backend: Hanging, stale: list[Browser], workers: ThreadPoolExecutor, noon: TimeMachineFixture
) -> None:
    """Then nobody waits but one probe, which ends it; nobody is signed out (QUALITY 63)."""
    fresh = signed_in(backend)
    backend.hangs, backend.answer = True, httpx.ReadTimeout("timed out")
    asked = [workers.submit(visit, browser) for browser in stale]
    backend.wait_for(THREADS)
    backend.let_go.set()
    assert statuses(asked) == {503}

    calls = len(backend.calls)
    assert {visit(browser) for browser in stale} == {503}
    assert visit(fresh) == 200
    assert len(backend.calls) == calls

    noon.shift(timedelta(seconds=7))
    backend.let_go.clear()
    probe = workers.submit(visit, stale[0])
    backend.wait_for(1)
    assert {visit(browser) for browser in stale[1:]} == {503}
    assert visit(fresh) == 200
    assert len(backend.calls) == calls  # the probe is out there still, alone
    backend.answer = None
    backend.let_go.set()
    assert probe.result(20) == 200
    backend.hangs = False
    assert {visit(browser) for browser in stale} == {200}


def test_a_slow_service_never_has_all_the_threads(
    backend: Hanging, stale: list[Browser], workers: ThreadPoolExecutor, noon: TimeMachineFixture
) -> None:
    """Half of them are kept for pages that need no call (QUALITY 63)."""
    most = service.identity()._http.bulkhead.most
    assert most == THREADS * 7 // 16
    fresh = signed_in(backend)
    backend.hangs = True
    asked = [workers.submit(visit, browser) for browser in stale[:most]]
    backend.wait_for(most)
    noon.shift(timedelta(seconds=3))
    calls = len(backend.calls)
    assert {visit(browser) for browser in stale[most:]} == {503}
    assert visit(fresh) == 200
    assert len(backend.calls) == calls
    backend.let_go.set()
    assert statuses(asked) == {200}
    assert all(SESSION in browser.jar for browser in stale)
    assert {visit(browser) for browser in stale} == {200}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Semaphore:
    """One more for each place that somebody waits in."""
    count, take = Semaphore(0), Bulkhead._take

    def counted(self: Bulkhead, place: object) -> None:
        take(self, place)
        count.release()

    monkeypatch.setattr(Bulkhead, "_take", counted)
    return count


def test_many_tabs_of_one_person_never_have_all_the_threads(
    backend: Hanging,
    stale: list[Browser],
    workers: ThreadPoolExecutor,
    noon: TimeMachineFixture,
    taken: Semaphore,
) -> None:
    """They share one call, and wait for it in the same places (QUALITY 63)."""
    most = service.identity()._http.bulkhead.most
    while taken.acquire(blocking=False):
        """Those of signing in are over."""
    backend.hangs = True
    asked = [workers.submit(visit, stale[0]) for _ in range(most)]
    backend.wait_for(1)
    for _ in range(most):
        assert taken.acquire(timeout=20)
    noon.shift(timedelta(seconds=3))
    assert visit(stale[0]) == 503
    backend.let_go.set()
    assert statuses(asked) == {200}
