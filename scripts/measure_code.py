"""Figures about the code: sizes, folders that import each other, docstrings, words, and how many
files a sign-in runs through. `make figures`; `--no-run` leaves the sign-in out.
"""

import ast
import re
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from project.environment import BASE_DIR
from scripts.sign_in_trace import files_of_a_sign_in

ROOMS = ("accounts", "identity", "orgswitcher", "outbound", "project")
# Words that stop a reader whose first language is another one. Counted in comments, docstrings
# and sentences of the code.
ODD = re.compile(
    r"\b(whoever|whatever|whichever|nobody|nothing but|beside|anew|elsewhere|hence|thereof|whom"
    r"|whose move|rather than|at hand|in hand|meanwhile|amidst|lest|henceforth|dawdl\w*)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
# Where functions that others call have a docstring always.
DOCUMENTED = ("accounts/client/", "identity/operations/", "identity/policy.py")


@dataclass(frozen=True, slots=True)
class Function:
    path: str
    name: str
    lines: int
    has_docstring: bool

    @property
    def is_documented_api(self) -> bool:
        return self.path.startswith(DOCUMENTED) and not self.name.startswith("_")


@dataclass(frozen=True, slots=True)
class Module:
    path: str
    lines: int
    functions: tuple[Function, ...]
    imports: frozenset[str]
    words: int
    odd: int


def main(*options: str) -> None:
    modules = [read(path) for room in ROOMS for path in sources(BASE_DIR / room)]
    for room in ROOMS:
        mine = [each for each in modules if each.path.startswith(f"{room}/")]
        show(room, mine)
    show("all of them", modules)
    if "--no-run" not in options:
        counts = files_of_a_sign_in(ROOMS)
        told = ", ".join(f"{count} in {room}" for room, count in counts.items())
        print(f"files that a right code runs through until somebody is signed in: {told}")


def sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def show(room: str, modules: list[Module]) -> None:
    functions = [function for each in modules for function in each.functions]
    sizes = sorted(function.lines for function in functions)
    files = sorted(each.lines for each in modules)
    inner = [each for each in functions if not each.is_documented_api]
    share = 100 * sum(each.has_docstring for each in inner) / max(1, len(inner))
    odd = 1000 * sum(each.odd for each in modules) / max(1, sum(each.words for each in modules))
    print(
        f"{room}: {len(modules)} modules in {len(folders(modules))} folders, "
        f"{len(arrows(modules))} arrows between these; "
        f"functions {spread(sizes)} lines, files {spread(files)}; "
        f"{share:.0f} % of the inner functions with a docstring; {odd:.1f} odd words in 1,000"
    )


def spread(sizes: list[int]) -> str:
    """Median, the size that one in ten exceeds, and the largest."""
    return f"{median(sizes):.0f}/{sizes[len(sizes) * 9 // 10]}/{sizes[-1]}" if sizes else "-"


def folders(modules: list[Module]) -> set[str]:
    return {folder_of(each.path) for each in modules}


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def arrows(modules: list[Module]) -> set[tuple[str, str]]:
    """Pairs of folders of which the first imports from the second."""
    known = folders(modules)
    found = set()
    for each in modules:
        here = folder_of(each.path)
        for name in each.imports:
            there = name.replace(".", "/")
            there = there if there in known else folder_of(there)
            if there in known and there != here:
                found.add((here, there))
    return found


def read(path: Path) -> Module:
    tree = ast.parse(path.read_text())
    relative = str(path.relative_to(BASE_DIR))
    words = [word for text in texts(path, tree) for word in WORD.findall(text)]
    odd = sum(len(ODD.findall(text)) for text in texts(path, tree))
    return Module(
        relative,
        len(path.read_text().splitlines()),
        tuple(functions_of(tree, relative)),
        frozenset(imports(tree)),
        len(words),
        odd,
    )


def functions_of(tree: ast.Module, path: str) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(path, node.name, length, ast.get_docstring(node) is not None)


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def texts(path: Path, tree: ast.Module) -> Iterator[str]:
    """Comments, and strings that are sentences."""
    with path.open("rb") as file:
        yield from (
            t.string for t in tokenize.tokenize(file.readline) if t.type == tokenize.COMMENT
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


if __name__ == "__main__":
    main(*sys.argv[1:])
