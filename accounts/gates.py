"""Gates: which proof a sensitive route asks for, and how old it may be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, get_script_prefix, resolve

from accounts.client.entities import Factor

# As long as the service itself accepts a session for a new password (CONTRACT 2.4).
RECENTLY = timedelta(minutes=5)
# Types of factors that are second ones (CONTRACT 3.1).
SECOND = frozenset({"otp", "totp", "recovery_codes"})
# What can be proven on the spot; a provider's or SSO's word would lead away from the page.
PROVABLE = frozenset({"email_otp", "password", *SECOND})
# Says that somebody was let in, not that the member was here.
NO_PROOF = frozenset({"impersonated", "imported"})


@dataclass(frozen=True, slots=True)
class Gate:
    """`factor` is "any", "second" or one of PROVABLE.

    "second" means a second factor for who has one that counts in their organization, and any factor
    for who has none: the first one is what a thief may have. With `shows_page` the page that a GET
    asks for is no secret: it announces the gate, which stands before what its form sends.
    """

    within: timedelta = RECENTLY
    factor: str = "second"
    shows_page: bool = False

    def __post_init__(self) -> None:
        if self.factor not in {"any", "second", *PROVABLE}:
            raise ValueError(f"{self.factor!r} is no factor that can be asked for")
        if self.within <= timedelta(0):
            raise ValueError("nobody could ever have proven it in no time")

    def takes(self, factor_type: str, *, has_second: bool) -> bool:
        """Whether a factor of this type is the proof that is asked for."""
        match self.factor:
            case "any":
                return factor_type not in NO_PROOF
            case "second":
                return factor_type in SECOND if has_second else factor_type not in NO_PROOF
            case _:
                return factor_type == self.factor

    def is_passed(self, factors: Iterable[Factor], *, has_second: bool, now: datetime) -> bool:
        return any(
            now - factor.last_authenticated_at <= self.within
            for factor in factors
            if self.takes(factor.type, has_second=has_second)
        )


def mark(view: Callable[..., Any], gate: Gate) -> None:
    """Say it where the route is found, for the page that announces it and for the tests."""
    view.gate = gate  # type: ignore[attr-defined]


def at(path: str) -> Gate | None:
    """The gate of the view behind a path of this site; None where there is no view either."""
    try:
        view = resolve(urlsplit(path).path.removeprefix(get_script_prefix().rstrip("/"))).func
    except Resolver404:
        return None
    return of(view)


def of(view: Callable[..., Any]) -> Gate | None:
    """The gate of a view, also from under the decorators around it; None is an open door."""
    gate = getattr(view, "gate", None)
    return gate if isinstance(gate, Gate) else None
