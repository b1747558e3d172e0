"""The backend that ENGINE names: Django's, with connections that have patience (patience.py)."""

import select
import time
from types import SimpleNamespace
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus, TransactionStatus

from project.postgres.patience import CONNECT_SECONDS, Patience, remaining

Answer = TypeVar("Answer")
INTERVAL = 0.1  # seconds after which psycopg looks for a Ctrl-C; its own default


class Connection(psycopg.Connection[Any]):
    """`patience` is None until it has begun, and for commands."""

    patience: Patience | None = None

    def wait(self, gen: Any, interval: float = INTERVAL, timeout: float | None = None) -> Any:
        """The one place where psycopg waits for an answer, whatever was asked."""
        if self.patience is None:
            return super().wait(gen, interval, timeout)
        with self.patience.waiting() as call:
            try:
                answer = super().wait(gen, interval, remaining() if timeout is None else timeout)
            except psycopg.errors._WaitTimeout as error:
                # What comes later would be taken for the answer to something else.
                self.pgconn.finish()
                call.answered = False
                raise psycopg.OperationalError("the database is silent") from error
            except psycopg.Error:
                call.answered = self.pgconn.status == ConnStatus.OK or None
                raise
            call.answered = True
            return answer


def connect(*, patience: Patience | None = None, **parameters: Any) -> Connection:
    if patience is None:
        return Connection.connect(**parameters)
    with patience.waiting() as call:
        remaining()
        began = time.monotonic()
        try:
            connection = Connection.connect(**parameters)
        except psycopg.Error:
            # Who refuses does so at once; a name that isn't found may take as long as silence.
            call.answered = False if time.monotonic() - began >= CONNECT_SECONDS else None
            raise
        call.answered = True
    connection.patience = patience
    return connection


class DatabaseWrapper(base.DatabaseWrapper):
    # Django opens connections by this module's `connect`.
    Database = SimpleNamespace(**vars(psycopg) | {"connect": connect})  # type: ignore[assignment]  # with all that is read of it

    def is_usable(self) -> bool:
        """Seen from here, before each request: a question would make every one of them longer."""
        if self.connection is None or self.connection.patience is None:
            return bool(super().is_usable())
        return is_fresh(self.connection.pgconn)


def is_fresh(pgconn: Any) -> bool:
    """Nothing is under way, and nothing came unasked, which would be the server's farewell."""
    if pgconn.status != ConnStatus.OK or pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    poll = select.poll()
    poll.register(pgconn.socket, select.POLLIN)
    return not poll.poll(0)
