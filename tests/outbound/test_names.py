"""Names are looked up within the deadline, and a silent server holds few of the look-ups."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from outbound import deadline, names


class Silent:
    """The system's resolver, while no name server answers it."""

    def __init__(self) -> None:
        self.over, self.asked = threading.Event(), threading.Semaphore(0)

    def __call__(self, *asked: Any, **_: Any) -> Any:
        self.asked.release()
        self.over.wait(20)
        return [(0, 0, 0, "", ("93.184.215.14", 443))]

    def count(self) -> int:
        count = 0
        while self.asked.acquire(blocking=False):
            count += 1
        return count


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    resolver = Silent()
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    yield resolver
    resolver.over.set()
    while names._running:
        """The last of them is about to end."""


def look_up(host: str) -> tuple[str, ...]:
    with deadline.within(0.05):
        return names.addresses(host, 443)


def test_silence_is_given_up_and_one_name_is_looked_up_once(silent: Silent) -> None:
    for _ in range(5):
        with pytest.raises(TimeoutError):
            look_up("a.example")
    assert silent.count() == 1


def test_an_answer_that_comes_late_is_everybody_s(silent: Silent) -> None:
    with pytest.raises(TimeoutError):
        look_up("a.example")
    silent.over.set()
    with deadline.within(20):
        assert names.addresses("a.example", 443) == ("93.184.215.14",)


def test_look_ups_are_bounded(silent: Silent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MOST", 2)
    for host in ("a", "b", "c", "d"):
        with pytest.raises(OSError, match=r"in time|too many"):
            look_up(host)
    assert silent.count() == 2


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 70 + ".example", ""])
def test_a_name_that_is_none_is_an_outage(host: str) -> None:
    with pytest.raises(OSError), deadline.within(20):  # noqa: PT011 whichever: callers catch this
        names.addresses(host, 443)
