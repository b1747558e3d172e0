"""Read single fields of an answer; a wrong shape is the service's fault, hence Unavailable.

Without `default` a field must be there; with one, a missing field or null gives the default.
Unknown fields are never looked at, so new ones break nothing.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from accounts.client.errors import Unavailable

Json: TypeAlias = Mapping[str, object]


def text(body: Json, name: str, *, default: str | None = None) -> str:
    value = _value(body, name, default)
    if not isinstance(value, str):
        raise Unavailable(f"{name} is not text")
    return value


def filled(body: Json, name: str) -> str:
    """Read text that must not be empty: the wire says "" for none (CONTRACT 1.3)."""
    value = text(body, name)
    if not value:
        raise Unavailable(f"{name} is empty")
    return value


def flag(body: Json, name: str, *, default: bool | None = None) -> bool:
    value = _value(body, name, default)
    if not isinstance(value, bool):
        raise Unavailable(f"{name} is not true or false")
    return value


def number(body: Json, name: str, *, default: int | None = None) -> int:
    value = _value(body, name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unavailable(f"{name} is not a whole number")
    return value


def moment(body: Json, name: str, *, default: datetime | None = None) -> datetime:
    """Read an RFC 3339 time as aware UTC."""
    value = _value(body, name, default)
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise Unavailable(f"{name} is not a time")
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise Unavailable(f"{name} is not a time") from None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def child(body: Json, name: str) -> Json | None:
    """Read an object that may be null or missing."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise Unavailable(f"{name} is not an object")
    return value


def parent(body: Json, name: str) -> Json:
    """Read an object that must be there."""
    value = child(body, name)
    if value is None:
        raise Unavailable(f"{name} is missing")
    return value


def children(body: Json, name: str, *, required: bool = False) -> tuple[Json, ...]:
    """Read a list of objects; missing and null are an empty one unless `required`."""
    if required and body.get(name) is None:
        raise Unavailable(f"{name} is missing")
    values = _items(body, name)
    if not all(isinstance(value, dict) for value in values):
        raise Unavailable(f"{name} is not a list of objects")
    return tuple(value for value in values if isinstance(value, dict))


def texts(body: Json, name: str, *, required: bool = False) -> tuple[str, ...]:
    """Read a list of texts; missing and null are an empty one unless `required`."""
    if required and body.get(name) is None:
        raise Unavailable(f"{name} is missing")
    values = _items(body, name)
    if not all(isinstance(value, str) for value in values):
        raise Unavailable(f"{name} is not a list of texts")
    return tuple(value for value in values if isinstance(value, str))


def _items(body: Json, name: str) -> list[object]:
    value = _value(body, name, [])
    if not isinstance(value, list):
        raise Unavailable(f"{name} is not a list")
    return value


def _value(body: Json, name: str, default: object) -> object:
    value = body.get(name)
    return default if value is None else value
