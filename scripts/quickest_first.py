"""A plugin of pytest for `make mutants`: what notices a fault in no time is asked first.

mutmut hands over the tests in no order, and writes down how long each took.
"""

import json
from pathlib import Path

import pytest

TOOK = Path("mutmut-stats.json")  # in mutmut's copy of the sources, where its tests run


@pytest.hookimpl(trylast=True)  # pytest-django puts what needs the database first
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    took: dict[str, float] = {}
    if TOOK.is_file():
        took = json.loads(TOOK.read_text()).get("duration_by_test", {})
    items.sort(key=lambda item: (needs(item), took.get(item.nodeid, 0.0)))


def needs(item: pytest.Item) -> int:
    """0: no database; 1: one that is made; 2: one that it may leave empty, so it comes last."""
    fixtures = set(getattr(item, "fixturenames", ()))
    mark = item.get_closest_marker("django_db")
    if "transactional_db" in fixtures or (mark and mark.kwargs.get("transaction")):
        return 2
    return int(mark is not None or "db" in fixtures)
