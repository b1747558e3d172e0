"""Backend calls of a browser left open, per hour and per tab: 1, 10 and 100 tabs of one session.

The worst case: every tab in a window of its own, seen all the time, so that none holds its beat.
Simulated time, real answers: each tab beats when the last answer told it to, give or take a second.
"""

import heapq
import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import service
from tests.benchmarks import report, visitors
from tests.benchmarks.visitors import Visitor
from tests.transports import Counting, dotted_path

TABS, HOURS = (1, 10, 100), 2
OPENED_WITHIN = 180.0  # seconds: tabs are opened one after the other
JITTER = 1.0  # seconds a timer and the way to the server take, at most
INTERVAL = re.compile(r'hx-trigger="every (\d+)s"')
AUTHENTICATE = "/v1/b2b/sessions/authenticate"


@dataclass(slots=True)
class Browser:
    """One cookie jar, many tabs."""

    client: Client
    began: datetime
    clock: time_machine.Traveller
    due: list[float] = field(default_factory=list)

    def open(self, tabs: int) -> None:
        for at in sorted(random.uniform(0, OPENED_WITHIN) for _ in range(tabs)):
            self.go_to(at)
            self.expect(at, self.client.get("/").content)

    def live(self, seconds: float) -> int:
        """Beat whenever a tab is due; how many beats that were."""
        beats = 0
        while self.due[0] < seconds:
            at = heapq.heappop(self.due)
            self.go_to(at)
            self.expect(at, self.client.post("/session/refresh").content)
            beats += 1
        return beats

    def go_to(self, at: float) -> None:
        self.clock.move_to(self.began + timedelta(seconds=at), tick=False)

    def expect(self, at: float, html: bytes) -> None:
        found = INTERVAL.search(html.decode())
        assert found, "signed out"
        heapq.heappush(self.due, at + int(found[1]) + random.uniform(0, JITTER))


def measure(*, quick: bool) -> None:
    report.title("Backend calls of open tabs, an hour")
    member = visitors.arrive().session.member
    rows = [
        observe(visitors.sign_in(member), tabs, hours=HOURS) for tabs in ((1, 5) if quick else TABS)
    ]
    report.table(("", "beats", "backend calls", "calls a tab"), rows)
    period = settings.HEARTBEAT_SECONDS
    report.line(f"Every tab visible, a beat every {period} s, {3600 / period:.0f} periods an hour.")
    report.line("Calls: sessions/authenticate; every other beat is answered from the JWT at hand.")


def observe(visitor: Visitor, tabs: int, *, hours: int) -> tuple[str, ...]:
    calls = Counting()
    settings.IDENTITY_TRANSPORT = dotted_path(calls)
    service.forget()
    service.identity().ready()  # the keys, once a process
    random.seed(tabs)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = Client(SERVER_NAME="127.0.0.1")
        client.cookies.load(visitor.cookies())
        browser = Browser(client, timezone.now(), clock)
        browser.open(tabs)
        beats = browser.live(hours * 3600)
    asked = calls.paths.count(AUTHENTICATE) / hours
    return f"{tabs} tabs", f"{beats / hours:.0f}", f"{asked:.1f}", f"{asked / tabs:.2f}"
