"""Make .venv and put the locked requirements in it; a stamp makes the second time instant."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


Command = list[str | Path]
APT: Command = ["apt-get", "install", "--yes", "--no-install-recommends", "python3-venv"]


def main(requirements: str) -> None:
    lock, stamp = ROOT / requirements, VENV / requirements
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        stamp.touch()  # make goes by times: a lock that was only touched is settled by this
        return
    if sys.version_info < OLDEST:
        version = sys.version.split()[0]
        sys.exit(
            f"Foyer needs Python 3.11, this is {version}. Name another: make PYTHON=python3.12"
        )
    make_venv()
    print(f"Installing {requirements} into .venv; only the first time takes a while.", flush=True)
    pip: Command = [VENV / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install"]
    if not succeeds([*pip, "--quiet", "--no-compile", "--require-hashes", "-r", lock]):
        sys.exit("The packages could not be installed; pip says why above.")
    shutil.copyfile(lock, stamp)


def make_venv() -> None:
    """A virtual environment, also where Debian keeps the means in a package of its own."""
    make: Command = [sys.executable, "-m", "venv", "--clear", VENV]
    if (VENV / "bin" / "pip").is_file() or succeeds(make):
        return
    if os.geteuid() == 0 and shutil.which("apt-get") and succeeds(APT) and succeeds(make):
        return
    sys.exit("Python can't make a virtual environment. On Debian: apt install python3-venv")


def succeeds(command: Command) -> bool:
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
