"""While a module's faults are planted, `make mutants` says how far it is."""

import subprocess
import sys

from scripts.progress import LONGEST, Progress, followed

DRAWN = "\r⠹ {}/40  🎉 {}  🫥 0  ⏰ 0  🤔 0  🙁 {}  🔇 0  🧙 0"


def drawn(done: int, missed: int = 0) -> bytes:
    return DRAWN.format(done, done - missed, missed).encode()


def test_a_line_is_told_for_each_tenth() -> None:
    told: list[str] = []
    progress = Progress(told.append, began=100)
    printed = b""
    for done in range(41):
        printed += drawn(done, missed=done // 20)
        progress.hear(printed[-LONGEST:])
        progress.pass_time(101)
    assert len(told) == 10
    assert " ".join(told[4].split()) == "1 s: 20 of 40 faults ( 50 %), 1 not noticed so far"


def test_a_line_is_told_after_twenty_seconds_of_nothing_new() -> None:
    told: list[str] = []
    progress = Progress(told.append, began=100)
    for now in (119, 120, 139, 140):
        progress.pass_time(now)
    assert len(told) == 2
    assert told[0] == "     20 s: the tests are run unchanged first"
    progress.hear(drawn(1))
    progress.pass_time(159)
    progress.pass_time(160)
    assert len(told) == 3
    assert "1 of   40" in told[2]


def test_what_is_printed_comes_back_whole() -> None:
    told: list[str] = []
    lines = "import sys; sys.stdout.buffer.write({!r}); sys.stdout.flush(); print('end')"
    command = [sys.executable, "-c", lines.format(drawn(3) + drawn(40))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    printed = followed(process, told.append)
    assert printed.endswith("end\n")
    assert "3/40" in printed
    assert "\r" not in printed
    assert len(told) == 1
    assert "40 of   40 faults (100 %)" in told[0]
    assert process.returncode == 0
