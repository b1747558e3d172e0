"""A circuit breaker: once the service stays silent nobody waits for it any more, but one probe."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from threading import Lock

from accounts.client.errors import CircuitOpen

logger = logging.getLogger(__name__)

# So many silences with no answer between them: a single hanging endpoint is not an outage.
SILENCES = 5
# A silence longer ago than this has nothing to do with the next one.
WINDOW = timedelta(seconds=30)
# How long nobody is let through: about what a restart takes, then twice as long each time.
SHORTEST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(seconds=30)
# Processes that saw the same outage needn't all probe in the same instant.
JITTER = 0.2
# A probe out for longer than a call can take has been lost; another one goes.
PROBE_LOST = timedelta(seconds=15)


@dataclass(slots=True, eq=False)
class Call:
    """One call that was let through; `answered` stays None where its end says nothing."""

    answered: bool | None = None


@dataclass(slots=True)
class Circuit:
    """Closed, open, or half-open; of one service, shared by all threads.

    `clock` is aware UTC, `chance` 0 to 1. What counts as an answer is the caller's to say.
    """

    clock: Callable[[], datetime]
    chance: Callable[[], float] = SystemRandom().random
    service: str = "the identity service"  # for the log
    longest_rest: timedelta = LONGEST_REST
    _silences: int = 0
    _silent_at: datetime | None = None
    _opened_at: datetime | None = None
    _rest: timedelta = timedelta(0)  # the last one, without its jitter
    _rests_for: timedelta = timedelta(0)
    _probe: Call | None = None
    _probing_since: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def is_open(self) -> bool:
        """Whether nobody is let through; False when a probe may go or is on its way."""
        return self._is_within(self._rests_for, self._opened_at)

    @contextmanager
    def call(self) -> Iterator[Call]:
        """Let a call through; raises CircuitOpen instead while the service is being left alone."""
        with self._lock:
            call = self._admit()
        try:
            yield call
        finally:
            with self._lock:
                self._settle(call)

    def _admit(self) -> Call:
        call = Call()
        if self._opened_at is not None:
            if self.is_open or self._is_within(PROBE_LOST, self._probing_since):
                raise CircuitOpen("silent a moment ago")
            self._probe, self._probing_since = call, self.clock()
        return call

    def _settle(self, call: Call) -> None:
        probed = self._probe is call
        if probed:
            self._probe = self._probing_since = None
        if call.answered:
            self._close()
        elif call.answered is False and (probed or self._opened_at is None):
            self._count(probed=probed)

    def _count(self, *, probed: bool) -> None:
        recent = self._is_within(WINDOW, self._silent_at)
        self._silences = self._silences + 1 if recent else 1
        self._silent_at = self.clock()
        if probed or self._silences >= SILENCES:
            self._open()

    def _open(self) -> None:
        self._rest = min(max(self._rest * 2, SHORTEST_REST), self.longest_rest)
        self._rests_for = self._rest * (1 + JITTER * (2 * self.chance() - 1))
        self._opened_at = self.clock()
        seconds = self._rests_for.total_seconds()
        logger.warning("%s is silent: not asked for %.0f s", self.service, seconds)

    def _close(self) -> None:
        if self._opened_at is not None:
            logger.warning("%s answers again", self.service)
        self._silences, self._silent_at = 0, None
        self._opened_at, self._rest = None, timedelta(0)

    def _is_within(self, span: timedelta, since: datetime | None) -> bool:
        # a clock set back must not make the wait longer
        return since is not None and abs(self.clock() - since) < span
