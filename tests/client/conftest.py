"""A clock to wind, an issuer to rotate, and a client of both."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from accounts import service
from accounts.client.client import IdentityClient
from tests.client import samples, signing


@dataclass
class Clock:
    now: datetime = samples.NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Issuer:
    """Publishes keys, counts who asks, fails on demand."""

    kids: list[str] = field(default_factory=lambda: ["jwk-1"])
    answer: Any = None  # instead of the keys: a response, or an error to raise
    calls: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request.url.path)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or httpx.Response(200, json=signing.jwks(*self.kids))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def client(clock: Clock, issuer: Issuer) -> IdentityClient:
    return make_client(issuer, clock)


def make_client(handler: Any, clock: Any = None) -> IdentityClient:
    return IdentityClient(
        base_url=f"{signing.BASE_URL}/",
        project_id=signing.PROJECT_ID,
        secret="secret-test-of-the-project",
        transport=httpx.MockTransport(handler),
        clock=clock or Clock(),
    )


@pytest.fixture
def identity() -> IdentityClient:
    """The real service, in process; the test needs the database."""
    return service.identity()
