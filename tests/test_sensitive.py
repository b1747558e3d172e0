"""No route that changes something is forgotten when it comes to asking for a fresh proof."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import URLPattern

from accounts import gates
from accounts.middleware import SAFE
from project.sensitive import GATED, UNGATED
from tests.test_sitemap import PAGES

EXCUSED = [name for names in UNGATED.values() for name in names]


def methods(view: Callable[..., Any] | None) -> frozenset[str]:
    """What require_POST and its kin let through, wherever they stand; without them anything."""
    while view is not None:
        for name, cell in zip(view.__code__.co_freevars, view.__closure__ or (), strict=True):
            if name == "request_method_list":
                return frozenset(cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return frozenset({"POST"})


UNSAFE = {name: pattern for _, name, pattern in PAGES if methods(pattern.callback) - SAFE}


@pytest.mark.parametrize(("name", "pattern"), UNSAFE.items(), ids=list(UNSAFE))
def test_a_route_that_changes_something_is_gated_or_excused(name: str, pattern: URLPattern) -> None:
    """(QUALITY 48)"""
    assert name in GATED or name in EXCUSED, f"{name}: gate it, or say in project/sensitive.py why"
    assert gates.of(pattern.callback) == GATED.get(name)


def test_the_tables_name_nothing_twice_and_nothing_that_is_gone() -> None:
    """(QUALITY 48)"""
    assert Counter([*GATED, *EXCUSED]) == Counter(list(UNSAFE))


def test_a_view_that_says_nothing_counts_as_one_that_changes_something() -> None:
    """Or the walk above would pass over whoever forgot both."""

    def forgetful(request: object) -> None: ...

    assert methods(forgetful) - SAFE
