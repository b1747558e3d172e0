"""Ten people with ten tabs each, ten minutes of bad network: nobody is signed out, few calls.

The clock is simulated and the dice are seeded; views, cookies and templates are the app's own. A
browser is a jar that its tabs share: a request takes what is in it when it is sent, an answer
changes it when it arrives: late, in any order, or never.
"""

import heapq
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import httpx
import pytest
from django.conf import settings
from time_machine import TimeMachineFixture

from accounts import flights
from tests.accounts.backend import Backend
from tests.accounts.browser import Browser
from tests.accounts.conftest import NOON

USERS, TABS, MINUTES = 10, 10, 10
PERIOD = settings.HEARTBEAT_SECONDS
PERIODS = -(-MINUTES * 60 // PERIOD)
# Calls more for a user in ten minutes and process of the app: an answer that gets lost, or takes
# longer than flights are shared, leaves the tabs that beat meanwhile with the old JWT.
ALLOWANCE = 1
PLACES = ("/session", "/")


@dataclass
class World:
    """What happens next, in the order of a simulated clock."""

    clock: TimeMachineFixture
    dice: Random
    processes: tuple[dict[Any, Any], ...]  # each shares its own calls
    due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    number: Any = field(default_factory=count)
    at: float = 0.0
    signed_out: int = 0
    requests: int = 0

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self.due, (self.at + seconds, next(self.number), action))

    def run(self, seconds: float) -> None:
        while self.due and self.due[0][0] <= seconds:
            self.at, _, action = heapq.heappop(self.due)
            self.clock.move_to(self.now(), tick=False)
            action()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.at)

    def latency(self) -> float:
        """Mostly quick, now and then the underground."""
        slow = self.dice.random() < 0.03
        return self.dice.uniform(2, 20) if slow else self.dice.expovariate(1 / 0.15)


@dataclass(eq=False)
class Tab:
    world: World
    browser: Browser
    is_over: bool = False
    beats: int = 0  # which of the timers counts: each page and each answer winds a new one

    def open(self) -> None:
        if not self.is_over:
            self.send("GET", self.world.dice.choice(PLACES), then=self.show)
            self.world.after(self.world.dice.uniform(60, 600), self.open)

    def beat(self, which: int) -> None:
        if which == self.beats and not self.is_over:
            self.send("POST", "/session/refresh", then=self.show)

    def send(self, method: str, path: str, *, then: Callable[[Any], None]) -> None:
        """With the cookies of now; answered when it gets there."""
        sender = Browser()
        sender.jar = dict(self.browser.jar)
        self.world.after(self.world.latency(), lambda: self.answer(sender, method, path, then))

    def answer(self, sender: Browser, method: str, path: str, then: Callable[[Any], None]) -> None:
        self.world.requests += 1
        with pytest.MonkeyPatch.context() as there:
            there.setattr(flights, "_flights", self.world.dice.choice(self.world.processes))
            answer = sender.send(path, method=method)
        if self.world.dice.random() < 0.02:  # lost on the way back; session.js tries again
            which = self.beats
            self.world.after(self.world.dice.uniform(7, 22), lambda: self.beat(which))
        else:
            self.world.after(self.world.latency(), lambda: then(self.browser.receive(answer)))

    def show(self, answer: Any) -> None:
        interval = re.search(r'hx-trigger="every (\d+)s"', answer.content.decode())
        if interval is None:
            self.is_over = True
            self.world.signed_out += 1
            return
        self.beats += 1
        which = self.beats
        self.world.after(int(interval[1]), lambda: self.beat(which))


class Counted(Backend):
    """Knows whose session each call was about."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    def authenticate(self, token: str) -> httpx.Response:
        self.asked[token] += 1
        return super().authenticate(token)


class Rotating(Counted):
    """Changes the token with each answer, and knows the old one no more."""

    def authenticate(self, token: str) -> httpx.Response:
        if token not in self.sessions:
            return super().authenticate(token)
        following = f"{token[:-8]}{len(self.calls):08}"
        self.sessions[following] = self.sessions.pop(token)
        return super().authenticate(following)


def soak(
    seed: int, backend: Counted, clock: TimeMachineFixture, *, processes: int = 1
) -> tuple[World, list[Browser]]:
    """Every other user has all tabs restored at once; the others open theirs by and by."""
    world = World(clock, Random(seed), tuple({} for _ in range(processes)))
    clock.move_to(NOON, tick=False)
    browsers = [Browser() for _ in range(USERS)]
    for number, browser in enumerate(browsers):
        browser.post("/session/hydrate", {"session_token": backend.sign_in().tokens.session_token})
        for _ in range(TABS):
            wait = world.dice.uniform(0, 60) if number % 2 else 0
            world.after(wait, Tab(world, browser).open)
    backend.asked.clear()
    world.run(MINUTES * 60)
    return world, browsers


@pytest.mark.parametrize(("seed", "processes"), [(1, 1), (2, 1), (3, 2)])
def test_nobody_is_signed_out_and_each_period_costs_one_call(
    seed: int,
    processes: int,
    through: Callable[[httpx.BaseTransport], None],
    time_machine: TimeMachineFixture,
) -> None:
    """By each process that a user's tabs meet, at the most (QUALITY 66)."""
    backend = Counted()
    through(backend)
    world, browsers = soak(seed, backend, time_machine, processes=processes)
    assert world.requests > USERS * TABS * PERIODS
    assert world.signed_out == 0
    assert {browser.jar["stytch_session"] for browser in browsers} == backend.sessions.keys()
    assert backend.asked.keys() == backend.sessions.keys()
    assert max(backend.asked.values()) <= (PERIODS + ALLOWANCE) * processes
    assert backend.asked.total() <= USERS * PERIODS * processes


def test_a_service_that_rotates_tokens_would_be_noticed(
    through: Callable[[httpx.BaseTransport], None], time_machine: TimeMachineFixture
) -> None:
    """Or the test above might see nothing; no service we know does (CONTRACT 2.1)."""
    backend = Rotating()
    through(backend)
    world, _ = soak(1, backend, time_machine)
    assert world.signed_out > 0
