"""Signs a demo person in by a mailed code, and notes which files of the rooms run meanwhile."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from project.environment import BASE_DIR

ADDRESS = "member@acme.example"  # one organization, no second step: straight in


def files_of_a_sign_in(rooms: Sequence[str]) -> dict[str, int]:
    """How many files of each room run between the right code and the redirect that ends it."""
    with TemporaryDirectory() as directory:
        _prepare(Path(directory))
        seen = _traced()
    in_rooms = [Path(path).relative_to(BASE_DIR).parts[0] for path in seen]
    return {room: in_rooms.count(room) for room in rooms if room in in_rooms}


def _prepare(directory: Path) -> None:
    os.environ |= {
        "DEBUG": "true",
        "ENV_FILE": "",
        "DATABASE_URL": f"sqlite:///{directory / 'foyer.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "project.settings",
        "LOG_LEVEL": "ERROR",
    }
    from scripts.serve import prepare  # reads the settings, so not before they are there

    prepare()


def _traced() -> set[str]:
    from django.test import Client  # likewise

    client = Client(SERVER_NAME="127.0.0.1")
    client.post("/login", {"email_address": ADDRESS})
    code = client.get("/dev/inbox/messages.json", {"to": ADDRESS}).json()[0]["code"]
    page = client.get("/login/code").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    seen: set[str] = set()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            seen.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        answer = client.post("/login/code", hidden | {"code": code})
    finally:
        sys.setprofile(None)
    if answer.status_code != 302:
        raise RuntimeError(f"The right code was answered by {answer.status_code}.")
    return {path for path in seen if path.startswith(f"{BASE_DIR}{os.sep}")}
