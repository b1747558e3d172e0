"""A bulkhead: however slow the service, some threads stay free for pages that need no call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from accounts.client.errors import Unavailable

# A wait as long as this is a slow one. Until somebody meets it, any number may ask at once: many
# people signing in at the same moment are no outage.
SLOW = timedelta(seconds=2)
# For so long after a slow answer the next ones are expected to be slow too.
REMEMBERED = timedelta(seconds=10)


@dataclass(slots=True)
class Bulkhead:
    """At most `most` threads wait at a time in slow weather; `clock` is aware UTC."""

    most: int
    clock: Callable[[], datetime]
    _since: dict[object, datetime] = field(default_factory=dict)
    _slow_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait in here; raises Unavailable at once where enough are waiting for a slow service."""
        place = object()
        with self._lock:
            self._take(place)
        try:
            yield
        finally:
            with self._lock:
                self._leave(place)

    def _take(self, place: object) -> None:
        now = self.clock()
        if len(self._since) >= self.most and self._is_slow(now):
            raise Unavailable("enough are waiting already")
        self._since[place] = now

    def _leave(self, place: object) -> None:
        now = self.clock()
        if now - self._since.pop(place) >= SLOW:
            self._slow_at = now

    def _is_slow(self, now: datetime) -> bool:
        was_slow = self._slow_at is not None and abs(now - self._slow_at) < REMEMBERED
        return was_slow or any(now - since >= SLOW for since in self._since.values())
