"""What a claim says, in whichever of the usual shapes it comes (OpenID Connect Core 5.1)."""

from collections.abc import Mapping
from typing import Any

from identity import texts


def text(of: Mapping[str, Any], name: str) -> str:
    """A member of the protocol as text; whatever isn't text counts as absent."""
    value = of.get(name, "")
    return value if isinstance(value, str) else ""


def said(of: Mapping[str, Any], name: str) -> str:
    """A claim about the person; a list of one is that one (Azure B2C's `emails`)."""
    return word(of.get(name))


def word(value: object) -> str:
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    return one.strip() if isinstance(one, str) else ""


def flag(value: object) -> bool | None:
    """Booleans in any case, as text or as a digit; None for whatever is neither yes nor no."""
    spelled = str(value).strip().lower()
    return {"true": True, "1": True, "false": False, "0": False}.get(spelled)


def subject(value: object) -> str:
    """A `sub` exactly as it came, or "": two people must never become one by tidying."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # not in the standard, and unmistakable
    fits = isinstance(value, str) and texts.is_plain(value, longest=texts.LONGEST_SUBJECT)
    return str(value) if fits else ""


def present(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing: null, and texts and lists of nothing."""
    return {name: value for name, value in claims.items() if value not in (None, "", [])}
