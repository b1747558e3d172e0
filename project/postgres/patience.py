"""How long one waits for PostgreSQL, how many do at a time, and when nobody asks it any more.

The server's own limits (`statement_timeout`) are of no use once it says nothing. So the end is set
here, on this side: an OperationalError, and a page that says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.utils import timezone
from psycopg import OperationalError

from accounts.client.circuit import SHORTEST_REST, Call, Circuit
from accounts.client.errors import CircuitOpen
from outbound.deadline import Deadline

# For the answer to a statement; less than a remote app waits for this service's answer.
SECONDS = 4.0
CONNECT_SECONDS = 2  # libpq knows no less
# Enough for a place to become free while the server is well, and over at once when it isn't.
QUEUE_SECONDS = 0.5
_answers = Deadline(
    "database", longest=SECONDS, over=lambda: OperationalError("the time for the database is over")
)


class Patience:
    """Of all threads with one database.

    An eighth of the threads never waits for it, so that probes and pages without it are answered.
    """

    def __init__(self, threads: int) -> None:
        self.most = threads - max(1, threads // 8)
        self.circuit = Circuit(timezone.now, service="the database", longest_rest=SHORTEST_REST)
        self._places = BoundedSemaphore(self.most)

    @contextmanager
    def waiting(self) -> Iterator[Call]:
        """Whoever waits says what came of it; raises OperationalError instead where nobody may."""
        try:
            with self.circuit.call() as call, self._place():
                yield call
        except CircuitOpen as error:
            raise OperationalError("the database was silent a moment ago") from error

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=QUEUE_SECONDS):
            raise OperationalError("enough are waiting for the database already")
        try:
            yield
        finally:
            self._places.release()


# What is asked of the database `within` some seconds is to be answered in them altogether.
within, remaining = _answers.anew, _answers.remaining
