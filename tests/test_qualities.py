"""What the first release promises of the quality list has a test that names it: (QUALITY n)."""

import re

import pytest

from project.environment import BASE_DIR

PROMISED = [
    *(1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 15, 16, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29),
    *(30, 31, 32, 33, 36, 39, 40, 41, 46, 52, 57, 59, 60, 61, 62, 63, 64, 65, 67, 68, 69, 70),
    *(71, 72, 73),
]
NAMED = {
    int(number)
    for path in (BASE_DIR / "tests").rglob("test_*.py")
    for numbers in re.findall(r"QUALITY (\d+(?:, \d+)*)", path.read_text())
    for number in numbers.split(", ")
}


@pytest.mark.parametrize("number", PROMISED)
def test_it_is_named_by_a_test(number: int) -> None:
    assert number in NAMED
