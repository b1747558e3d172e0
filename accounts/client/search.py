"""Searches: their query and their pages (CONTRACT 1.3, 2.9)."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from accounts.client import wire
from accounts.client.entities import Page
from accounts.client.wire import Json

T = TypeVar("T")


def query(filters: Mapping[str, object] | None, *, limit: int, cursor: str) -> dict[str, object]:
    """Build the body of a search in which all `filters` must hold."""
    operands = [
        {"filter_name": name, "filter_value": value} for name, value in (filters or {}).items()
    ]
    body: dict[str, object] = {"limit": limit}
    if operands:
        body["query"] = {"operator": "AND", "operands": operands}
    if cursor:
        body["cursor"] = cursor
    return body


def page(body: Json, name: str, read: Callable[[Json], T]) -> Page[T]:
    """Read one page of things; the service says -1 when it does not count them."""
    metadata = wire.child(body, "results_metadata") or {}
    total = wire.number(metadata, "total", default=-1)
    return Page(
        items=tuple(map(read, wire.children(body, name, required=True))),
        total=None if total < 0 else total,
        next_cursor=wire.text(metadata, "next_cursor", default=""),
    )
