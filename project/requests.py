"""What is true of every request: an id to find it by, in the answer and in both sides' logs."""

import logging
import uuid
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts import devices, languages
from accounts.client import asker, tracing
from accounts.client.asker import Asker


class RequestIdMiddleware:
    """Names each request; a name that the visitor sends along is not believed.

    `request.request_id`, the X-Request-Id of the answer, and `tracing.request_id` for log lines and
    for the calls to the identity service, which also hear who asks (`asker`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = f"request-{uuid.uuid4()}"
        request.request_id = request_id  # type: ignore[attr-defined]
        token, asking = tracing.request_id.set(request_id), asker.current.set(_asker(request))
        try:
            response = self.get_response(request)
        finally:
            tracing.request_id.reset(token)
            asker.current.reset(asking)
        response.headers.setdefault("X-Request-Id", request_id)
        return response


def _asker(request: HttpRequest) -> Callable[[], Asker]:
    """Looked up once somebody sends something: a place may cost a look-up of the operator's."""

    @cache
    def asker_of() -> Asker:
        device = devices.of_request(request)
        named = " on ".join(filter(None, (device.browser, device.system)))
        return Asker(languages.wanted(request), named, device.place)

    return asker_of


class RequestIdFilter(logging.Filter):
    """Gives every log record its `request_id`, "-" outside of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = tracing.request_id.get() or "-"
        return True
