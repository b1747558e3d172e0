"""Make .venv and put the locked requirements in it; a stamp makes the second time instant."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def main(requirements: str) -> None:
    lock, stamp = ROOT / requirements, VENV / requirements
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        os.utime(stamp)  # make compares times: a lock that was only touched is settled by this
        return
    if sys.version_info < OLDEST:
        sys.exit(f"Foyer needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    make_venv()
    print(f"Installing {requirements} into .venv (only the first time takes a while)", flush=True)
    install("--require-hashes", "-r", str(lock))
    shutil.copyfile(lock, stamp)


def make_venv() -> None:
    if (VENV / "bin" / "pip").is_file():
        return
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            "Python can't make a virtual environment here. "
            "On Debian and Ubuntu: apt install python3-venv, then try again."
        )


def install(*arguments: str) -> None:
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    done = subprocess.run([*pip, "--disable-pip-version-check", *arguments], check=False)
    if done.returncode:
        sys.exit("The packages could not be installed; pip says why above.")


if __name__ == "__main__":
    main(sys.argv[1])
