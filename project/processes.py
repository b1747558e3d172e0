"""Several processes on one socket: started, watched, started anew when one ends, stopped together.

Each has a pipe to the first as its standard input. When the first ends, however that was (a kill,
too little memory), the system closes the pipe, and they end as if told to: otherwise they would
keep the port, and nobody would watch them.

Only with Redis and PostgreSQL, which the settings check: the defaults, memory and SQLite, belong to
one process.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType

from project import ready

logger = logging.getLogger(__name__)

WATCH = 0.5  # seconds between two looks at them
LONG_ENOUGH = 5  # seconds; who ends sooner won't do better at once


class Family:
    def __init__(self, count: int, listener: socket.socket) -> None:
        self.listener, self.over = listener, False
        self.children = [self._start() for _ in range(count)]
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self.stop)

    def stop(self, signum: int, frame: FrameType | None) -> None:
        self.over = True

    def watch(self) -> None:
        """Until told to stop; then each child finishes what it is answering."""
        while not self.over:
            self.children = [self._living(each) for each in self.children]
            time.sleep(WATCH)
        for process, _ in self.children:
            process.terminate()
        for process, _ in self.children:
            process.wait()

    def _living(
        self, child: tuple["subprocess.Popen[bytes]", float]
    ) -> tuple["subprocess.Popen[bytes]", float]:
        process, began = child
        if process.poll() is None:
            return child
        logger.error("a server process ended with %s", process.returncode)
        if time.monotonic() - began < LONG_ENOUGH:
            time.sleep(LONG_ENOUGH)
        return self._start()

    def _start(self) -> tuple["subprocess.Popen[bytes]", float]:
        number = str(self.listener.fileno())
        command = [sys.executable, "-m", "project.server", "--child", "--fd", number]
        process = subprocess.Popen(  # noqa: S603 this very program
            command,
            stdin=subprocess.PIPE,
            pass_fds=[self.listener.fileno()],
            start_new_session=True,
        )
        return process, time.monotonic()


def keep(count: int, listener: socket.socket) -> None:
    listener.listen()
    family = Family(count, listener)
    ready.tell(listener)
    family.watch()


def end_with_the_first() -> None:
    """For a child that handles SIGTERM: nothing is ever written, so reading ends with the pipe."""
    threading.Thread(target=_end_after, args=[sys.stdin.fileno()], daemon=True).start()


def _end_after(pipe: int) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)
