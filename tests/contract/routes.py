"""Which routes are mounted, and which of them a contract test says to call."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from identity.api.api import api
from tests import contract


@dataclass(frozen=True, slots=True, order=True)
class Route:
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def matches(self, method: str, path: str) -> bool:
        return method == self.method and bool(re.fullmatch(self._pattern(), path))

    def _pattern(self) -> str:
        return re.sub(r"\\{\w+\\}", "[^/]+", re.escape(self.path))


def calls(route: str) -> pytest.MarkDecorator:
    """`@calls("GET /v1/b2b/sessions")`: the test fails unless the SDK really makes this call."""
    return pytest.mark.calls(Route(*route.split(" ")))


def mounted() -> set[Route]:
    """As the API's own schema tells them."""
    paths: dict[str, Any] = api.get_openapi_schema(path_prefix="/v1/")["paths"]
    return {Route(method.upper(), path) for path, methods in paths.items() for method in methods}


def promised() -> set[Route]:
    return {mark.args[0] for module in _modules() for mark in _marks(module)}


def _modules() -> Iterator[Any]:
    for found in pkgutil.iter_modules(contract.__path__):
        if found.name.startswith("test_"):
            yield importlib.import_module(f"{contract.__name__}.{found.name}")


def _marks(module: Any) -> Iterator[pytest.Mark]:
    for name, value in vars(module).items():
        if name.startswith("test_"):
            yield from (mark for mark in getattr(value, "pytestmark", []) if mark.name == "calls")


class Recorder(requests.Session):
    """The SDK's own session, keeping a list of what it sent and what came back."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.sent.append((str(request.method), request.path_url.partition("?")[0]))
        return super().send(request, **options)
