"""Runs mutmut over one module in a workspace of its own, and reads what came of it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.progress import followed

ROOT = Path(__file__).resolve().parent.parent
MUTMUT = Path(sys.executable).parent / "mutmut"
SOURCES = ("accounts", "identity", "orgswitcher", "outbound")
# What stands beside the sources, for the tests; mutmut copies these two by itself.
COPIED = {"tests", "pyproject.toml", *SOURCES}
BESIDE = sorted(
    each.name
    for each in ROOT.iterdir()
    if each.name not in {"var", "static_root", *COPIED}
    and (each.name == ".env.example" or not each.name.startswith("."))
)
NOTICED = {"killed", "timeout", "segfault"}
# What every child would spend again: migrations, and collecting garbage before it ends anyway.
SPARING = (
    *("--nomigrations", "--tb=no", "--no-header"),
    *("-p", "no:unraisableexception", "-p", "scripts.quickest_first"),
)
SHOW = """
import json, sys
from mutmut.__main__ import find_mutant, get_diff_for_mutant
print(json.dumps({n: get_diff_for_mutant(n, path=find_mutant(n).path) for n in sys.argv[1:]}))
"""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A fault nobody noticed: the function it is in, the lines it took away and those it put in."""

    function: str
    line: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the faults planted in one module."""

    noticed: int
    survivors: tuple[Survivor, ...]


class MutationFailed(Exception):
    """The tests can't be run unchanged; what mutmut printed says why."""


def mutate(module: str, tests: Sequence[str]) -> Outcome:
    """This will plant every fault mutmut knows in `module` and run `tests` against each.

    Both are paths from the root, `tests` as pytest takes them. Prints how far it is.
    Raises MutationFailed.
    """
    with workspace(module, tests) as directory:
        run = followed(started(directory, MUTMUT, "run", "--max-children", "1"), say)
        statuses = statuses_in(printed(directory, MUTMUT, "results", "--all", "true"))
        if not statuses or "not checked" in statuses.values():
            raise MutationFailed(run[-4000:])
        survived = [name for name, status in statuses.items() if status not in NOTICED]
        shown = json.loads(
            printed(directory, sys.executable, "-c", SHOW, *survived).splitlines()[-1]
        )
    every = tuple(survivor(shown[name], name) for name in survived)
    return Outcome(len(statuses) - len(survived), every)


@contextmanager
def workspace(module: str, tests: Sequence[str]) -> Iterator[Path]:
    """A directory of links to ours, so that faults are planted in copies alone."""
    with TemporaryDirectory(prefix="foyer-mutants-") as name:
        directory = Path(name)
        for entry in (*COPIED, *BESIDE):
            (directory / entry).symlink_to(ROOT / entry)
        (directory / "setup.cfg").write_text(configuration(module, tests))
        yield directory


def configuration(module: str, tests: Sequence[str]) -> str:
    """A fork for each fault, of a process that has read the tests and has run none."""
    options: dict[str, Sequence[str]] = {
        "source_paths": SOURCES,
        "also_copy": BESIDE,
        "only_mutate": [module],
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": ["-p", "no:cacheprovider", *SPARING],
        "process_isolation": ["forkserver"],
        "use_git_change_detection": ["false"],
    }
    lines = [f"{key}=\n" + "".join(f"    {each}\n" for each in options[key]) for key in LISTS]
    words = [f"{key}={options[key][0]}\n" for key in options.keys() - set(LISTS)]
    return "[mutmut]\n" + "".join((*lines, *words))


LISTS = (
    "source_paths",
    "also_copy",
    "only_mutate",
    "pytest_add_cli_args_test_selection",
    "pytest_add_cli_args",
)


def printed(directory: Path, *command: str | Path) -> str:
    return started(directory, *command).communicate()[0].decode()


def started(directory: Path, *command: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=directory,
        env=os.environ | {"DATABASE_URL": ""},  # in process, on SQLite
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def say(line: str) -> None:
    print(line, flush=True)


def statuses_in(printed: str) -> dict[str, str]:
    """Of lines like `    identity.policy.x_decide__mutmut_1: killed`."""
    return dict(re.findall(r"^ +(\S+__mutmut_\d+): (.+)$", printed, re.MULTILINE))


def survivor(diff: str, name: str) -> Survivor:
    lines = diff.splitlines()
    taken = [line[1:].strip() for line in lines if line[:1] == "-" and line[:3] != "---"]
    put = [line[1:].strip() for line in lines if line[:1] == "+" and line[:3] != "+++"]
    return Survivor(function_in(name), " ".join(taken), " ".join(put))


def function_in(name: str) -> str:
    """`decide` of `identity.policy.x_decide__mutmut_1`, `Kept.get` of `….xǁKeptǁget__mutmut_2`."""
    mangled = name.rpartition(".")[2].rpartition("__mutmut_")[0]
    return mangled.removeprefix("xǁ").replace("ǁ", ".").removeprefix("x_")
