"""The walls that linters can't hold: cookies, settings, sizes, migrations."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from project.environment import BASE_DIR

ROOMS = ("project", "accounts", "orgswitcher", "identity", "outbound", "documents")
SOURCES = [
    path
    for room in ROOMS
    for path in sorted((BASE_DIR / room).rglob("*.py"))
    if "migrations" not in path.parts
]
OWN = [*SOURCES, *sorted((BASE_DIR / "scripts").glob("*.py"))]
LONGEST_FILE, LONGEST_FUNCTION = 200, 30


def relative(path: Path) -> str:
    return path.relative_to(BASE_DIR).as_posix()


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text()))


def test_cookies_are_written_in_one_place() -> None:
    """For each side: the app's own, and the service's, which may be another server's."""
    writers = {"set_cookie", "set_signed_cookie", "delete_cookie"}
    found = {
        relative(path)
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in writers
    }
    assert found == {"accounts/cookies.py", "identity/flow_cookie.py"}


def variables_read(path: Path) -> Iterator[str]:
    """The first argument of every call that reads the environment."""
    readers = r"env\.\w+|shapes\.\w+|environ\.\w+|getenv|flag|number|secret|setting|text|url|words"
    for node in nodes(path):
        match node:
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
                if re.fullmatch(readers, ast.unparse(function).removeprefix("os.")):
                    yield name
            case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=name)):
                yield str(name)


def test_every_variable_that_is_read_is_in_the_example_and_no_other() -> None:
    # Django's, one for the tests, and one that continuous integration sets.
    python_only = {"DJANGO_SETTINGS_MODULE", "CHROMIUM", "CI"}
    readers = [path for path in OWN if path.parts[-2] in {"project", "scripts"}]
    read = {name for path in readers for name in variables_read(path)} - python_only
    example = (BASE_DIR / ".env.example").read_text()
    assert read == set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE))


def test_nobody_but_the_settings_reads_the_environment() -> None:
    outside = [path for path in SOURCES if path.parent.name != "project"]
    assert not [
        relative(path) for path in outside if re.search(r"environ\b|getenv", path.read_text())
    ]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_files_stay_short() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in OWN}
    assert not {path: length for path, length in lengths.items() if length > LONGEST_FILE}


def test_functions_stay_short() -> None:
    lengths = {
        f"{relative(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in OWN
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
    }
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path in OWN
        if path.read_text() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not [relative(path) for path in silent]


SCRIPTS = sorted(BASE_DIR.glob("static/js/*.js"))


def test_scripts_have_readable_lines() -> None:
    lines = ((path, line) for path in SCRIPTS for line in path.read_text().splitlines())
    assert {relative(path) for path, line in lines if len(line) > 120} == set()


def test_every_script_says_what_it_is_for() -> None:
    assert SCRIPTS
    assert [relative(each) for each in SCRIPTS if not each.read_text().startswith("// ")] == []
