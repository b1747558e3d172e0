"""What is promised of the quality list has a test that names it: (QUALITY n)."""

import re

import pytest

from project.environment import BASE_DIR

PROMISED = range(1, 74)  # the whole list
NAMED = {
    int(number)
    for path in (BASE_DIR / "tests").rglob("test_*.py")
    for numbers in re.findall(r"QUALITY (\d+(?:, \d+)*)", path.read_text())
    for number in numbers.split(", ")
}


@pytest.mark.parametrize("number", PROMISED)
def test_it_is_named_by_a_test(number: int) -> None:
    assert number in NAMED
