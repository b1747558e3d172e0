"""What the embedded service can't be made to say: silence, nonsense, a refusal; and counting."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx

from accounts.client._http import MEMBER_SESSION_HEADER
from project.embedded import EmbeddedTransport

JWKS = "/v1/b2b/sessions/jwks/"


class Down(httpx.BaseTransport):
    """Nobody listens."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)


class Slow(httpx.BaseTransport):
    """Somebody listens and never answers; the time-out comes at once."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("timed out", request=request)


class OnlyKeys(httpx.BaseTransport):
    """The common outage: keys are published (or cached), everything else is down."""

    def __init__(self, inner: httpx.BaseTransport | None = None) -> None:
        self.inner = inner or EmbeddedTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith(JWKS):
            return self.inner.handle_request(request)
        raise httpx.ConnectError("connection refused", request=request)


class Untouchable(httpx.BaseTransport):
    """Fails the test when anything is sent at all, even where Unavailable would be caught."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.method} {request.url.path} was not to be called")


class Answering(httpx.BaseTransport):
    """The same answer to everything; but the keys come from `keys` when that is given."""

    def __init__(
        self,
        status: int,
        body: Any,
        *,
        headers: dict[str, str] | None = None,
        keys: httpx.BaseTransport | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.headers = headers
        self.keys = keys

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.keys is not None and request.url.path.startswith(JWKS):
            return self.keys.handle_request(request)
        if isinstance(self.body, str | bytes):
            return httpx.Response(self.status, content=self.body, headers=self.headers)
        return httpx.Response(self.status, json=self.body, headers=self.headers)


class Counting(httpx.BaseTransport):
    """Passes on to `inner` and remembers the paths it was asked for, and for whom."""

    def __init__(self, inner: httpx.BaseTransport | None = None) -> None:
        self.inner = inner or EmbeddedTransport()
        self.paths: list[str] = []
        self.acting: list[tuple[str, str]] = []  # a path, and the session on whose behalf

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        acting = request.headers.get(MEMBER_SESSION_HEADER, "")
        self.acting.append((request.url.path, acting))
        return self.inner.handle_request(request)


class Except(httpx.BaseTransport):
    """As ever, but what is asked of `path` goes to `other`."""

    def __init__(self, path: str, other: httpx.BaseTransport) -> None:
        self.path = path
        self.other = other
        self.inner = EmbeddedTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        to = self.other if request.url.path == self.path else self.inner
        return to.handle_request(request)


def refusal(status: int, error_type: str, *, retry_after: str = "", **fields: Any) -> Answering:
    """Answering with an error envelope (CONTRACT 1.4)."""
    body = {
        "status_code": status,
        "request_id": "request-id-test-00000000-0000-4000-8000-000000000000",
        "error_type": error_type,
        "error_message": "No.",
        "error_url": f"https://stytch.com/docs/b2b/api/errors/{status}#{error_type}",
        **fields,
    }
    return Answering(status, body, headers={"Retry-After": retry_after} if retry_after else None)


_numbers: Iterator[int] = count()


def dotted_path(transport: httpx.BaseTransport) -> str:
    """Give a transport the dotted path that settings.IDENTITY_TRANSPORT asks for."""

    def factory() -> httpx.BaseTransport:
        return transport

    name = f"installed_{next(_numbers)}"
    globals()[name] = factory
    return f"{__name__}.{name}"
