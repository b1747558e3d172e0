"""Something the service says that is good for minutes: fetched once for all, the last one kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from accounts.client.errors import Unavailable

T = TypeVar("T")

# After a fetch that failed: meanwhile nobody waits for a service that doesn't answer.
PAUSE = timedelta(seconds=10)


@dataclass(slots=True)
class Kept(Generic[T]):
    """A value that may be `max_age` old, shared by all threads.

    `fetch` returns it or raises Unavailable; `clock` is aware UTC.
    """

    fetch: Callable[[], T]
    max_age: timedelta
    clock: Callable[[], datetime]
    _known: tuple[T, datetime] | None = None
    _failed_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def get(self) -> T:
        """Return the value at hand; one thread at a time renews an old one, the rest go on with it.

        Without one at hand all wait for the first fetch; raises Unavailable when that fails.
        """
        known = self._known
        if known is None:
            with self._lock:
                return self._known[0] if self._known else self._fetched()
        value, fetched_at = known
        if self._is_within(self.max_age, fetched_at) or not self._lock.acquire(blocking=False):
            return value
        try:
            return self._fetched() if self._known is known else value
        except Unavailable:
            return value
        finally:
            self._lock.release()

    def _fetched(self) -> T:
        if self._failed_at is not None and self._is_within(PAUSE, self._failed_at):
            raise Unavailable("no answer, as a moment ago")
        now = self.clock()
        try:
            value = self.fetch()
        except Unavailable:
            self._failed_at = self.clock()
            raise
        self._known, self._failed_at = (value, now), None
        return value

    def _is_within(self, span: timedelta, since: datetime) -> bool:
        # a clock set back must not make anything good for longer
        return abs(self.clock() - since) < span
