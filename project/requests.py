"""What is true of every request: an id to find it by, in the answer and in both sides' logs."""

import ipaddress
import logging
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.client import tracing


class RequestIdMiddleware:
    """Names each request; a name that the visitor sends along is not believed.

    `request.request_id`, the X-Request-Id of the answer, and `tracing.request_id` for log lines and
    for the calls to the identity service.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = f"request-{uuid.uuid4()}"
        request.request_id = request_id  # type: ignore[attr-defined]
        token = tracing.request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            tracing.request_id.reset(token)
        response.headers.setdefault("X-Request-Id", request_id)
        return response


class RequestIdFilter(logging.Filter):
    """Gives every log record its `request_id`, "-" outside of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = tracing.request_id.get() or "-"
        return True


def client_ip(request: HttpRequest) -> str:
    """The visitor's address, as far as somebody we trust vouches for it.

    Each proxy appends whom it heard from, so with `n` of ours in front the n-th entry from the end
    is the visitor's; whatever stands before it was sent by the visitor and is ignored.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    trusted: int = settings.TRUSTED_PROXIES
    if not 0 < trusted <= len(hops):
        return peer
    try:
        return str(ipaddress.ip_address(hops[-trusted].strip()))
    except ValueError:
        return peer
