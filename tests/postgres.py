"""A PostgreSQL of our own for as long as a test run lasts: `python -m tests.postgres COMMAND…`."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The shell outlives us on purpose: whatever ends the tests, `cat` reads the end of its input then,
# and the server goes, with everything it wrote.
KEEPER = """
trap 'rm -rf "$PWD"' EXIT
options="-F -k '$PWD' -c listen_addresses=''"
{
    initdb -D data -U foyer -A trust -E UTF8 --locale=C --no-sync &&
    pg_ctl -D data -l log -w -o "$options" start
} >log 2>&1 || { cat log >&2; exit 1; }
echo ready
cat >/dev/null
pg_ctl -D data -m immediate -w stop >/dev/null
"""


def binaries() -> str:
    """The directory of the server's programs, "" on a machine that has none."""
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    if shutil.which("pg_config"):
        asked = subprocess.run(
            ["pg_config", "--bindir"], stdout=subprocess.PIPE, text=True, check=True
        )
        found.append(Path(asked.stdout.strip()))
    usable = [str(path) for path in found if (path / "initdb").exists()]
    return usable[-1] if usable else ""


@contextmanager
def cluster() -> Iterator[str]:
    """A running server's DATABASE_URL; it listens on a Unix socket in its own directory only."""
    # /tmp: open to the user we drop to, and short enough for the name of a socket.
    directory = tempfile.mkdtemp(prefix="foyer-postgres-", dir="/tmp")
    user = unprivileged()
    if user:
        os.chown(directory, user.pw_uid, user.pw_gid)
    with keeper(directory, user) as process:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError("PostgreSQL did not start; it says why above.")
        yield f"postgres://foyer@/{directory}/postgres"


def unprivileged() -> pwd.struct_passwd | None:
    """Whom root becomes to run a server, which PostgreSQL refuses to do as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


@contextmanager
def keeper(directory: str, user: pwd.struct_passwd | None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER],
        cwd=directory,
        env={"PATH": f"{binaries()}:{os.defpath}", "HOME": directory},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a Ctrl-C is for the tests; the server follows them
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    with process:  # closes its input on the way out, and waits
        yield process


def main() -> None:
    if not binaries():
        sys.exit("This machine has no PostgreSQL server (looked where pg_config points).")
    with cluster() as url:
        done = subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": url}, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
