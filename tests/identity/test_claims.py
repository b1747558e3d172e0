"""Custom claims: merged by rule, bounded, never the service's own (CONTRACT 6.3, 4.2)."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from identity.errors import ApiError
from identity.operations.claims import LIMIT_BYTES, merged


@pytest.mark.parametrize(
    ("held", "given", "expected"),
    [
        ({}, None, {}),
        ({"a": 1}, None, {"a": 1}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({}, {"a": None}, {}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": None, "z": 3}}, {"a": {"y": 2, "z": 3}}),
        ({"a": 1}, {"a": {"x": 1, "y": None}}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": 2}, {"a": 2}),
        ({"a": {"x": {"p": 1}}}, {"a": {"x": {"p": None}}}, {"a": {"x": {}}}),
        ({"a": [1]}, {"a": [None]}, {"a": [None]}),
        ({"a": True}, {"a": False}, {"a": False}),
    ],
)
def test_given_claims_are_laid_over_those_held(
    held: dict[str, Any], given: dict[str, Any] | None, expected: dict[str, Any]
) -> None:
    assert merged(held, given) == expected


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"])
def test_reserved_names_are_left_out_silently(name: str) -> None:
    assert merged({"a": 1}, {name: "x", "b": 2}) == {"a": 1, "b": 2}


def test_reserved_names_are_free_below_the_top() -> None:
    assert merged({}, {"a": {"sub": "x"}}) == {"a": {"sub": "x"}}


def test_the_services_own_claims_are_refused() -> None:
    with pytest.raises(ApiError) as refusal:
        merged({}, {"https://stytch.com/session": {"roles": ["stytch_admin"]}})
    assert refusal.value.error_type == "stytch_claims_in_custom_claims"


@pytest.mark.parametrize("text", ["x", "ü"])
def test_four_kilobytes_of_json_is_the_limit(text: str) -> None:
    room = LIMIT_BYTES - len('{"a":""}')
    fits = text * (room // len(text.encode()))
    assert merged({}, {"a": fits}) == {"a": fits}
    with pytest.raises(ApiError) as refusal:
        merged({}, {"a": fits + text})
    assert refusal.value.error_type == "custom_claims_too_large"


def test_the_limit_is_for_the_sum() -> None:
    with pytest.raises(ApiError):
        merged({"a": "x" * 3000}, {"b": "x" * 3000})
    assert merged({"a": "x" * 3000}, {"a": None, "b": "x" * 3000})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=3),
    lambda inside: st.dictionaries(st.text("abc", min_size=1, max_size=2), inside, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.text("abc", min_size=1, max_size=2), json_values, max_size=4)


def has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(has_null(inside) for inside in value.values())
    return value is None


@given(objects, objects)
def test_merging_twice_is_merging_once_and_keeps_no_null(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    held = merged({}, first)
    assert not has_null(held)
    once = merged(held, second)
    assert merged(once, second) == once
    assert set(once) >= {name for name in held if name not in second}
