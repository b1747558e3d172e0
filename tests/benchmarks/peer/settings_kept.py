"""The peer with its database connections kept open from request to request."""

from tests.benchmarks.peer.settings import *  # noqa: F403 all the same but for one
from tests.benchmarks.peer.settings import DATABASES

DATABASES["default"]["CONN_MAX_AGE"] = None
