"""The example payloads of Stytch's session guides, in a form of our own, and what is like them.

Each *.json is one answer. What stands in it is meant literally, but for texts in angle brackets:

<text>       some text, not an empty one
<number>     a number
<time>       UTC to the whole second, as in 2026-11-20T12:00:00Z
<x- …>       a text that begins with "x-": <member-test- …>
<member>     a whole object of that kind: with every field that the API gives it anywhere
<object>     an object that isn't empty
"more"       a list, in any object: fields that may be there besides ("*" is any). No other is.
"is"         in an object: the kind, where some fields are told literally as well.

A list in "any order" is {"any order": […]}.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Kinds = Mapping[str, set[str]]


def example(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


def differences(wanted: Any, got: Any, kinds: Kinds, at: str = "") -> list[str]:
    """Where the answer isn't like its example; `kinds` are the fields of each whole object."""
    match wanted:
        case {"any order": list(several)}:
            same = isinstance(got, list) and sorted(got) == sorted(several)
            return [] if same else [f"{at}: {got!r} is not {several!r}"]
        case dict():
            return _of_object(wanted, got, kinds, at)
        case list():
            if not isinstance(got, list) or len(got) != len(wanted):
                return [f"{at}: {got!r} is no list of {len(wanted)}"]
            pairs = enumerate(zip(wanted, got, strict=True))
            return [line for n, (a, b) in pairs for line in differences(a, b, kinds, f"{at}[{n}]")]
        case str() if wanted.startswith("<"):
            return [] if _is_a(wanted[1:-1], got, kinds) else [f"{at}: {got!r} is no {wanted}"]
        case _:
            same = type(wanted) is type(got) and wanted == got
            return [] if same else [f"{at}: {got!r} is not {wanted!r}"]


def _of_object(wanted: dict[str, Any], got: Any, kinds: Kinds, at: str) -> list[str]:
    if not isinstance(got, dict):
        return [f"{at}: {got!r} is no object"]
    fields = {name: value for name, value in wanted.items() if name not in {"more", "is"}}
    allowed = fields.keys() | set(wanted.get("more", ())) | kinds.get(wanted.get("is", ""), set())
    lost = [f"{at}.{name}: is missing" for name in sorted(fields.keys() - got.keys())]
    odd = [f"{at}.{name}: was not told of" for name in sorted(got.keys() - allowed)]
    if "*" in allowed:
        odd = []
    if "is" in wanted and not _is_a(wanted["is"], got, kinds):
        lost.append(f"{at}: is no whole {wanted['is']}")
    inner = (
        line
        for name, value in fields.items()
        if name in got
        for line in differences(value, got[name], kinds, f"{at}.{name}")
    )
    return [*lost, *odd, *inner]


def _is_a(kind: str, got: Any, kinds: Kinds) -> bool:
    match kind:
        case "text":
            return isinstance(got, str) and got != ""
        case "number":
            return isinstance(got, int | float) and not isinstance(got, bool)
        case "time":
            return isinstance(got, str) and TIME.fullmatch(got) is not None
        case "object":
            return isinstance(got, dict) and got != {}
        case _ if kind.endswith(" …"):
            return isinstance(got, str) and got.startswith(kind[:-2])
        case _:
            return isinstance(got, dict) and got.keys() == kinds[kind]
