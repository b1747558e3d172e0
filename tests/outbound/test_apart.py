"""Work that an answer doesn't wait for: done soon, done in order, and done before an end."""

import subprocess
import sys
from pathlib import Path
from threading import Event, get_ident

import pytest

from outbound import deadline
from outbound.apart import Worker
from project.environment import BASE_DIR

LONG = 60  # seconds; nothing waits for it that goes well
PROGRAM = """
import sys
from pathlib import Path
import django
from django.conf import settings
settings.configure()
django.setup()
from outbound import apart
for n in range(3):
    apart.later(lambda n=n: Path(sys.argv[1], str(n)).touch())
"""


def test_another_thread_does_it_in_order() -> None:
    worker, done, over = Worker(pause=0), [], Event()
    for n in range(5):
        worker.give(lambda n=n: done.append((n, get_ident())))
    worker.give(over.set)
    assert over.wait(LONG)
    assert [n for n, _ in done] == [0, 1, 2, 3, 4]
    assert {thread for _, thread in done} == {worker.thread.ident if worker.thread else 0}
    assert get_ident() not in {thread for _, thread in done}


def test_it_begins_after_the_answer() -> None:
    """At the same time both would take turns, and the answer be late after all."""
    worker, done = Worker(pause=LONG), Event()
    worker.give(done.set)
    assert not done.is_set()
    worker.finish()
    assert done.is_set()


def test_an_end_waits_for_what_is_left(tmp_path: Path) -> None:
    """As after SIGTERM, on which the server ends as any program does."""
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    subprocess.run(command, cwd=BASE_DIR, check=True, timeout=LONG)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["0", "1", "2"]


def test_an_end_does_not_wait_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    worker, stuck = Worker(pause=0), Event()
    worker.give(lambda: stuck.wait(LONG))
    worker.finish(seconds=0.05)
    assert "1 tasks were not done in time" in caplog.text
    stuck.set()


def test_when_too_much_waits_nothing_is_lost() -> None:
    worker, done = Worker(most=2, pause=LONG), []
    held = Event()
    worker.give(held.wait)
    for n in range(6):
        worker.give(lambda n=n: done.append(n))
    assert len(done) >= 3
    held.set()
    worker.finish()
    assert sorted(done) == [0, 1, 2, 3, 4, 5]


def test_what_fails_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    worker, over = Worker(pause=0), Event()
    worker.give(lambda: {}[0])
    worker.give(over.set)
    assert over.wait(LONG)
    assert "KeyError" in caplog.text


def test_the_deadline_of_the_answer_is_over() -> None:
    worker, seen, over = Worker(pause=0), [], Event()
    with deadline.within(0):
        worker.give(lambda: seen.append(deadline.remaining()))
        worker.give(over.set)
    assert over.wait(LONG)
    assert seen[0] > 1
