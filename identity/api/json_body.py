"""Reads a request's JSON so that nothing strange gets past: the schemas see plain values only."""

import json
import math
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

from identity import languages, texts
from identity.errors import ApiError, bad_request

# Deeper than any object of the contract; far from Python's own limit.
DEPTH = 32


class JsonParser(Parser):
    """Ninja wraps what this raises into HttpError; `api.py` takes it out again."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        body = parse(request.body)
        if "locale" in body:
            languages.speak(str(body["locale"]))
        return body


def parse(raw: bytes) -> dict[str, Any]:
    """An object; its nulls are "not given" (CONTRACT 1.2), those further inside mean something."""
    try:
        body = json.loads(raw.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _invalid_json() from error
    if not isinstance(body, dict):
        raise _invalid_json()
    _check(body, DEPTH)
    return {key: value for key, value in body.items() if value is not None}


def _no_constant(name: str) -> NoReturn:
    """NaN and Infinity are Python's idea of JSON."""
    raise ValueError(name)


def _check(value: object, depth: int) -> None:
    if depth == 0:
        raise bad_request("bad_request", "The request body is nested too deeply.")
    if isinstance(value, str) and not texts.is_storable(value):
        raise bad_request("bad_request", "The request body contains unsupported characters.")
    if isinstance(value, float) and not math.isfinite(value):
        raise bad_request("bad_request", "A number in the request body is too large.")
    if isinstance(value, (dict, list)):
        _check_inside(value, depth - 1)


def _check_inside(value: dict[str, Any] | list[Any], depth: int) -> None:
    inside = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    for item in cast(list[object], inside):
        _check(item, depth)


def _invalid_json() -> ApiError:
    return bad_request("invalid_json", "The request body is not a valid JSON object.")
