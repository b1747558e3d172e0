"""Visitors in a process of their own, who ask a server for one page as fast as it answers."""

import json
import subprocess
import sys
from urllib.parse import urlsplit

from tests.servers import Server

CONNECTIONS = 8


def load(server: Server, requests: int, cookie: str) -> dict[str, object]:
    port = urlsplit(server.url).port
    command = [sys.executable, "-m", "tests.benchmarks.load"]
    command += [str(port), str(CONNECTIONS), str(requests)]
    done = subprocess.run(command, input=cookie, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)
