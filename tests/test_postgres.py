"""The tests' own PostgreSQL: never as root, and gone with whoever asked for it."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from project.environment import BASE_DIR
from tests import postgres

SAY_WHERE_AND_WAIT = ["/bin/sh", "-c", "echo $DATABASE_URL; exec cat"]


@pytest.mark.skipif(not postgres.binaries(), reason="this machine has no PostgreSQL server")
def test_the_cluster_goes_even_when_its_owner_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres", *SAY_WHERE_AND_WAIT],
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdin
        assert owner.stdout
        assert owner.stderr
        directory = Path(urlsplit(owner.stdout.readline()).path).parent
        assert directory.stat().st_uid != 0
        owner.kill()
        owner.stdin.close()  # what it ran ends by itself
        owner.stderr.read()  # ends when the last process that could write to it has
        assert not directory.exists()
