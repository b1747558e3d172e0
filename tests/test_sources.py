"""docs/sources.md can't rot: each statement names files and tests that are there, or a reason."""

import ast
import re
from functools import cache

import pytest

from project.environment import BASE_DIR

PAGE = (BASE_DIR / "docs" / "sources.md").read_text()
PAGES_OF_THE_GUIDES = 5
STATUSES = ("here", "by counterpart", "not yet: ")
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
FILE = re.compile(r"`([a-z_]+/[\w/.-]*)`")
LEAST = 10  # statements that each of the five pages makes about sessions


def rows(number: int) -> list[list[str]]:
    """The table of a section, without its head."""
    (section,) = re.findall(rf"^## {number}\. .*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


STATEMENTS = [row for number in range(1, PAGES_OF_THE_GUIDES + 1) for row in rows(number)]
each_statement = pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: row[0][:60])


@cache
def written_in(path: str) -> frozenset[str]:
    file = BASE_DIR / "tests" / path
    body = ast.parse(file.read_text()).body if file.exists() else []
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef))


@each_statement
def test_a_statement_says_what_became_of_it(row: list[str]) -> None:
    _, files, tests, status = row
    assert status.startswith(STATUSES)
    if status.startswith("not yet"):
        assert (files, tests) == ("–", "–")
        assert status.removeprefix("not yet: ")
    else:
        assert FILE.findall(files)
        assert TEST.findall(tests)


@each_statement
def test_what_it_names_is_there(row: list[str]) -> None:
    _, files, tests, _ = row
    assert [name for name in FILE.findall(files) if not (BASE_DIR / name).exists()] == []
    assert [
        f"{path}::{name}" for path, name in TEST.findall(tests) if name not in written_in(path)
    ] == []


@pytest.mark.parametrize("number", range(1, PAGES_OF_THE_GUIDES + 1))
def test_no_page_of_the_guides_is_left_out(number: int) -> None:
    assert len(rows(number)) >= LEAST


def test_what_is_left_out_has_its_reason() -> None:
    assert all(reason.startswith("not yet") for _, reason in rows(6))


def test_the_readme_leads_there() -> None:
    """It has no table of its own beside it."""
    readme = (BASE_DIR / "README.md").read_text()
    assert "(docs/sources.md)" in readme
    assert "| in the SDK |" not in readme
