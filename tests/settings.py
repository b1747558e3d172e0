"""The app's own settings as the tests want them: with DEBUG, and deaf to a developer's .env."""

import atexit
import os
from tempfile import TemporaryDirectory

os.environ["DEBUG"] = "true"
os.environ["ENV_FILE"] = ""

from project.settings import *  # noqa: F403 the environment had to be set first
from project.settings import DATABASES

# A file as in production: in memory SQLite knows no waiting, and threads would fail at once there.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    _directory = TemporaryDirectory(prefix="foyer-tests-")
    atexit.register(_directory.cleanup)
    DATABASES["default"]["TEST"] = {"NAME": f"{_directory.name}/test.sqlite3"}
