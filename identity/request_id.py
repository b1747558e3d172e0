"""The id of the request in work, for envelopes, the audit log and log lines alike."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from identity.tokens import new_id

_current: ContextVar[str] = ContextVar("identity_request_id", default="")
_caller: ContextVar[str] = ContextVar("identity_caller_request_id", default="")
# An id of the caller's own log, as it may stand in ours.
PLAIN = re.compile(r"[A-Za-z0-9-]{1,80}")


@contextmanager
def begun() -> Iterator[str]:
    """The id of a new request: the edge calls this once, first of all."""
    request_id = new_id("request-id")
    current_token, caller_token = _current.set(request_id), _caller.set("")
    try:
        yield request_id
    finally:
        _current.reset(current_token)
        _caller.reset(caller_token)


def note_caller(request_id: str) -> None:
    """Only for who has shown the project's secret: anybody else could write into our log."""
    if PLAIN.fullmatch(request_id):
        _caller.set(request_id)


def current() -> str:
    """The id of the request in work; "" outside of one (management commands)."""
    return _current.get()


class LogFilter(logging.Filter):
    """Adds the service's id, and its caller's, to the `request_id` that a record has already."""

    def filter(self, record: logging.LogRecord) -> bool:
        known = getattr(record, "request_id", "-")
        more = [each for each in (_current.get(), _caller.get()) if each and each != known]
        record.request_id = " ".join([known, *more])
        return True
