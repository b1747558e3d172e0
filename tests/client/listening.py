"""What one call of the client sends, and what it makes of an answer."""

import json
from typing import Any

import httpx
import pytest

from accounts.client.errors import Unavailable
from tests.client import samples
from tests.client.conftest import make_client


def answered(call: Any, body: Any, status: int = 200) -> Any:
    """Let the service answer `call(client)` with `body`."""
    return call(make_client(lambda request: httpx.Response(status, json=body)))


def request_of(call: Any, answer: Any) -> httpx.Request:
    """The one request that `call(client)` sends."""
    requests: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=answer)

    call(make_client(answering))
    (request,) = requests
    return request


def said(call: Any, answer: Any) -> tuple[str, str, Any]:
    """Method, target and body of that request."""
    request = request_of(call, answer)
    content = json.loads(request.content) if request.content else None
    return request.method, request.url.raw_path.decode(), content


def is_not_believed(call: Any, body: Any) -> None:
    with pytest.raises(Unavailable):
        answered(call, {**samples.ENVELOPE, **body})
