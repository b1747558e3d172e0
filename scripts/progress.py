"""Turns the one line that mutmut draws over and over into a line now and then."""

import os
import re
import select
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

SECONDS, TENTHS = 20, 10  # a line whenever so many have passed, or so many parts more are done
LONGEST = 400  # bytes of a line of mutmut's, and more
# The newest of `⠹ 12/340  🎉 11 🫥 0  ⏰ 0  🤔 0  🙁 1  …`, where the last two are survivors.
COUNTS = re.compile(rb"(\d+)/(\d+)  \xf0\x9f\x8e\x89[^\r\n]*?\xf0\x9f\x99\x81 (\d+)")


@dataclass(slots=True)
class Progress:
    """How far it is, told by `tell`. Times are seconds of any clock that only goes forward."""

    tell: Callable[[str], None]
    began: float
    done: int = 0
    planted: int = 0  # 0 until mutmut has run the tests unchanged
    missed: int = 0
    told_at: float = field(init=False)
    told_tenth: int = 0

    def __post_init__(self) -> None:
        self.told_at = self.began

    def hear(self, printed: bytes) -> None:
        """The end of what mutmut has printed so far."""
        if found := COUNTS.findall(printed):
            self.done, self.planted, self.missed = (int(each) for each in found[-1])

    def pass_time(self, now: float) -> None:
        tenth = TENTHS * self.done // self.planted if self.planted else 0
        if tenth == self.told_tenth and now - self.told_at < SECONDS:
            return
        self.told_tenth, self.told_at = tenth, now
        self.tell(f"  {now - self.began:5.0f} s: {self._so_far()}")

    def _so_far(self) -> str:
        if not self.planted:
            return "the tests are run unchanged first"
        percent = 100 * self.done // self.planted
        counts = f"{self.done:4} of {self.planted:4} faults ({percent:3} %)"
        return f"{counts}, {self.missed} not noticed so far"


def followed(process: subprocess.Popen[bytes], tell: Callable[[str], None]) -> str:
    """What the process prints into its pipe; meanwhile `tell` gets lines of progress."""
    printed, progress = bytearray(), Progress(tell, began=monotonic())
    if process.stdout is None:
        raise ValueError("what it prints goes somewhere else")
    with process:
        try:
            while chunk := _next(process.stdout.fileno(), progress):
                printed += chunk
                progress.hear(bytes(printed[-LONGEST:]))
                progress.pass_time(monotonic())
        except BaseException:  # Ctrl-C as well: nothing goes on behind our back
            process.kill()
            raise
    return printed.decode(errors="replace").replace("\r", "\n")


def _next(output: int, progress: Progress) -> bytes:
    """The next bytes, b"" at the end; a fault that takes long lets time be told as well."""
    while not select.select([output], [], [], 1)[0]:
        progress.pass_time(monotonic())
    return os.read(output, 65536)
