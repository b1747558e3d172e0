"""Find a Chromium for the browser tests and print its path; fetch one where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# The shell is Chromium without a window of its own, and does the same tests in two thirds the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FETCH = [sys.executable, "-m", "playwright", "install", "chromium"]
APT = ["apt-get", "install", "--yes", "--no-install-recommends"]
PACKAGES = ("chromium-headless-shell", "chromium")  # older Debians have the second alone


def find() -> str:
    """Where a Chromium is: the one named by CHROMIUM, the system's, then Playwright's; or ""."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return named if Path(named).is_file() else ""
    installed = (shutil.which(name) for name in NAMES)
    return next((path for path in installed if path), "") or fetched()


def fetched() -> str:
    """Where Playwright keeps the build that matches it, if that was ever fetched."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else ""


def fetch() -> None:
    """Get a browser by whichever way works; what is tried says so on stderr."""
    print("There is no Chromium here yet; fetching one for the browser tests.", file=sys.stderr)
    if subprocess.run(FETCH, stdout=sys.stderr, check=False).returncode == 0:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "--quiet"], stdout=sys.stderr, check=False)
        any(install(package) for package in PACKAGES)


def install(package: str) -> bool:
    return subprocess.run([*APT, package], stdout=sys.stderr, check=False).returncode == 0


def main() -> None:
    if not find():
        fetch()
    path = find()
    if not path:
        sys.exit(
            "The browser tests need a Chromium and none could be fetched. "
            "Install one (Debian: apt install chromium), or name it: CHROMIUM=/path make test."
        )
    print(path)


if __name__ == "__main__":
    main()
