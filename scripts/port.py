"""Say in one line that the port is taken, before anything is installed or written."""

import errno
import os
import re
import socket
import sys
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"


def setting(name: str, default: str) -> str:
    """Read `name` as the app will: from the environment, then from .env."""
    text = ENV_FILE.read_text() if ENV_FILE.is_file() else ""
    written = re.search(rf"^(?:export )?{name}=(['\"]?)(.*?)\1\s*$", text, re.MULTILINE)
    return os.environ.get(name) or (written[2] if written else "") or default


def main() -> None:
    host, port = setting("HOST", "127.0.0.1"), setting("PORT", "8000")
    if not port.isdecimal():
        sys.exit(f"PORT is {port!r}; it takes a number, as in: PORT=8001 make run")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            reason = (
                "is taken" if error.errno == errno.EADDRINUSE else f"won't do: {error.strerror}"
            )
            sys.exit(f"{host}:{port} {reason}. Choose another: PORT={int(port) + 1} make run")


if __name__ == "__main__":
    main()
