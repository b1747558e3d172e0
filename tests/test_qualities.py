"""Each promise of docs/qualities.md can be found by its number in a test: (QUALITY n).

That is all this says: somewhere a test that is run names the promise and checks something. Whether
it checks enough is for whoever reads it, and for `make mutants`, which takes guards away.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from project.environment import BASE_DIR

LISTED = (BASE_DIR / "docs" / "qualities.md").read_text()
PROMISED = [int(number) for number in re.findall(r"^(\d+)\. ", LISTED, re.MULTILINE)]
NUMBERS = re.compile(r"QUALITY (\d+(?:, \d+)*)")
# How a test checks: by a statement, or by a call of ours or a library's that fails.
CHECKING = re.compile(r"pytest\.raises|expect|assert_|refused|is_not_believed|run_state_machine")


def written() -> Iterator[ast.FunctionDef]:
    for path in sorted((BASE_DIR / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node


def numbers(test: ast.FunctionDef) -> set[int]:
    found = NUMBERS.findall(ast.get_docstring(test) or "")
    return {int(number) for several in found for number in several.split(", ")}


def checks(test: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and CHECKING.match(ast.unparse(node.func)))
        for node in ast.walk(test)
    )


def is_always_skipped(test: ast.FunctionDef) -> bool:
    return any(
        re.match(r"pytest\.mark\.(skip|xfail)\b", ast.unparse(each)) for each in test.decorator_list
    )


NAMING = [test for test in written() if numbers(test)]
NAMED = {number for test in NAMING if not is_always_skipped(test) for number in numbers(test)}


@pytest.mark.parametrize("number", PROMISED)
def test_it_is_named_by_a_test(number: int) -> None:
    assert number in NAMED


@pytest.mark.parametrize("test", NAMING, ids=lambda test: test.name)
def test_who_names_a_promise_checks_something_that_was_promised(test: ast.FunctionDef) -> None:
    assert checks(test)
    assert numbers(test) <= set(PROMISED)


def test_a_test_that_checks_nothing_is_found() -> None:
    told = ast.parse('def test_it():\n    """(QUALITY 6, 7)"""\n    print("fine")').body[0]
    assert isinstance(told, ast.FunctionDef)
    assert numbers(told) == {6, 7}
    assert not checks(told)
