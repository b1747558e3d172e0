"""Django's PostgreSQL, except that a server which falls silent keeps no thread for long.

What a served request waits for has an end, which `serve()` sets. Commands wait as long as it takes:
a migration may be slow.
"""

from typing import Any

from django.db import connections

from project.environment import POSTGRES, threads
from project.postgres.patience import CONNECT_SECONDS, SECONDS, Patience

# The server itself ends a statement that is only slow, or waits for a row, before it counts as
# silent; and a transaction whose app is gone, with the rows it locked.
STATEMENT_MS = int(SECONDS * 1000) - 500
ABANDONED_MS = 30_000
# Firewalls forget a connection that says nothing, and tell neither side.
KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3}
OPTIONS = {
    "connect_timeout": CONNECT_SECONDS,
    "tcp_user_timeout": int(SECONDS * 1000),
    "options": f"-c statement_timeout={STATEMENT_MS}"
    f" -c idle_in_transaction_session_timeout={ABANDONED_MS}",
    **KEEPALIVES,
}
LONGEST = 600  # seconds a connection is used, so that a moved server is found


def serve(*, keeps: bool = True) -> None:
    """Bound what this process's threads wait for; each `keeps` its connection if it lives on.

    What DATABASE_URL says itself counts more.
    """
    for described in connections.settings.values():
        if described["ENGINE"] == POSTGRES:
            described |= _bounds(described["OPTIONS"], keeps=keeps)


def _bounds(given: dict[str, Any], *, keeps: bool) -> dict[str, Any]:
    return {
        "OPTIONS": OPTIONS | given | {"patience": Patience(threads())},
        "CONN_MAX_AGE": LONGEST if keeps else 0,
        "CONN_HEALTH_CHECKS": True,
    }
