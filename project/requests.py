"""What is true of every request: an id to find it by, in the answer and in both sides' logs."""

import logging
import uuid
from collections.abc import Callable

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
