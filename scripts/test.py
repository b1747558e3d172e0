"""Run every test: all on SQLite, those that are marked for it again on PostgreSQL.

The journeys that differ with SESSION_CHECK=token are made once more that way.

Locks of rows show there only. So where CI=true a machine without PostgreSQL fails the run.
"""

import os
import subprocess
import sys

from tests import postgres

COVERAGE = ["--cov", "--cov-report=", "--cov-fail-under=0"]  # judged once, over both runs

RULE = "identity/policy.py"  # who gets in: no branch of it goes untested


def main() -> None:
    outcomes = {
        "SQLite": on_sqlite(),
        "by token": by_token(),
        "PostgreSQL": on_postgres(),
        "coverage": coverage(),
        "the rule": coverage(f"--include={RULE}", "--fail-under=100"),
    }
    print()
    for name, outcome in outcomes.items():
        print(f"{name + ':':<12}{outcome}")
    sys.exit(any(outcome.startswith(FAILED) for outcome in outcomes.values()))


PASSED, FAILED = "passed", "FAILED"
NO_POSTGRES = ", this machine has no PostgreSQL server (looked where pg_config points)"


def on_sqlite() -> str:
    return pytest(*COVERAGE, CHROMIUM=chromium())


def by_token() -> str:
    """In servers of their own, so there is nothing to measure the coverage of."""
    marked = ["-m", "both_checks", "tests/browser"]
    return pytest(*marked, CHROMIUM=chromium(), SESSION_CHECK="token")


def chromium() -> str:
    """Where there is a browser; without one, its tests fail."""
    find = [sys.executable, "-m", "scripts.chromium"]
    browser = subprocess.run(find, stdout=subprocess.PIPE, text=True, check=False)
    return browser.stdout.strip()


def on_postgres() -> str:
    if not postgres.binaries():
        needed = os.environ.get("CI", "").lower() in {"true", "1"}
        return f"{FAILED if needed else 'not run'}{NO_POSTGRES}"
    with postgres.cluster() as url:
        return pytest(
            *COVERAGE, "--cov-append", "-m", "postgres", "--ignore=tests/browser", DATABASE_URL=url
        )


def coverage(*options: str) -> str:
    return run("coverage", "report", *options)


def pytest(*arguments: str, **environment: str) -> str:
    return run("pytest", "-n", "2", *arguments, **environment)


def run(module: str, *arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=os.environ | environment, check=False)
    return f"{FAILED}, see above" if done.returncode else PASSED


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
