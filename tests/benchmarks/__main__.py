"""`python -m tests.benchmarks [--quick] [--strict] [SECTION…]`: what `make bench` runs.

Each section is a process of its own on a database of its own. A goal that is missed says so; it
fails the run with --strict only, since figures belong to the machine that they were taken on.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from project.environment import BASE_DIR
from tests import postgres
from tests.benchmarks import report, section

OURS, PEER = "tests.benchmarks.settings", "tests.benchmarks.peer.settings"
SETTINGS = {
    "checks": PEER,
    "pages": PEER,
    "tabs": OURS,
    "sessions": OURS,
    "strangers": OURS,
    "strain": OURS,
}
ON_POSTGRES = {"sessions"}


def main() -> None:
    chosen = arguments()
    machine()
    codes = {name: run(name, quick=chosen.quick) for name in chosen.sections}
    missed = [name for name, code in codes.items() if code == report.MISSED]
    broken = [name for name, code in codes.items() if code not in {0, report.MISSED}]
    print()
    for name in broken:
        print(f"{name} did not run to its end.")
    print(f"Goals not met in: {', '.join(missed)}." if missed else "Every goal was met.")
    sys.exit(bool(broken or (missed and chosen.strict)))


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="only see that it runs")
    parser.add_argument("--strict", action="store_true", help="a goal not met fails the run")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SETTINGS))
    chosen = parser.parse_args(given)
    if unknown := set(chosen.sections) - set(SETTINGS):
        parser.error(f"there is no section {' or '.join(unknown)}")
    chosen.sections = chosen.sections or list(SETTINGS)
    return chosen


def machine() -> None:
    report.title(f"Foyer {commit()}, {datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC")
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    report.line(f"{processor()}, {os.cpu_count()} cores, load average {load}")
    report.line(f"Python {platform.python_version()}, Django {django.__version__}")


def run(name: str, *, quick: bool) -> int:
    """The section's exit code."""
    command = [sys.executable, "-m", "tests.benchmarks.section", name]
    with TemporaryDirectory() as directory, database(name) as url:
        environment = section.environment(Path(directory), DJANGO_SETTINGS_MODULE=SETTINGS[name])
        environment |= {"DATABASE_URL": url} if url else {}
        command += ["--quick"] if quick else []
        return subprocess.run(command, cwd=BASE_DIR, env=environment, check=False).returncode


@contextmanager
def database(name: str) -> Iterator[str]:
    """A PostgreSQL for who needs one, "" for SQLite; and for who needs one where there is none."""
    if name in ON_POSTGRES and postgres.binaries():
        with postgres.cluster() as url:
            yield url
    else:
        yield ""


def commit() -> str:
    asked = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(asked, cwd=BASE_DIR, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "without git"


def processor() -> str:
    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    found = re.search(r"^model name\s*: (.+)$", told, re.MULTILINE)
    return found[1] if found else platform.machine()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
