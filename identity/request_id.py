"""The id of the request in work, for envelopes, the audit log and log lines alike."""

from contextvars import ContextVar

from identity.tokens import new_id

_current: ContextVar[str] = ContextVar("identity_request_id", default="")


def begin() -> str:
    """This will start a new request: the edge calls it once, first of all."""
    request_id = new_id("request-id")
    _current.set(request_id)
    return request_id


def current() -> str:
    """The id of the request in work; "" outside of one (management commands)."""
    return _current.get()
