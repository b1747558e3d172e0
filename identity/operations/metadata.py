"""Metadata is changed key by key: given keys overwrite, null removes, the others stay."""

from typing import Any


def merged(held: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**held, **given}.items() if value is not None}
