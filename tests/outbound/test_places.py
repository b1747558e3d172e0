"""However slow third parties are, some threads are in nobody's hands."""

from contextlib import ExitStack

import pytest
from pytest_django import Settings

from outbound.places import Crowded, _taken, place
from project import environment as env


@pytest.fixture(autouse=True)
def _six(settings: Settings) -> None:
    settings.THIRD_PARTIES_MOST_WAITING = 6


def fill(stack: ExitStack, *destinations: str, ours: bool = False) -> int:
    """How many found a place."""
    count = 0
    for destination in destinations:
        try:
            stack.enter_context(place(destination, ours=ours))
        except Crowded:
            continue
        count += 1
    return count


def test_one_destination_has_half_the_places() -> None:
    with ExitStack() as stack:
        assert fill(stack, *["a.example"] * 9) == 3
        assert fill(stack, "b.example") == 1


def test_organizations_leave_places_for_mail() -> None:
    """Whoever chooses as many hosts as they like still has no more."""
    with ExitStack() as stack:
        assert fill(stack, *(f"{each}.example" for each in range(9))) == 4
        assert fill(stack, *["mail"] * 9, ours=True) == 2


def test_what_the_operator_chose_is_bounded_together() -> None:
    with ExitStack() as stack:
        assert fill(stack, "mail", "mail", "texts", "breaches", *["mail"] * 9, ours=True) == 6
        assert fill(stack, "a.example") == 0


def test_places_are_given_back() -> None:
    with ExitStack() as stack:
        fill(stack, *["a.example"] * 9)
    with pytest.raises(ZeroDivisionError), place("a.example", ours=False):
        raise ZeroDivisionError
    assert not +_taken
    with ExitStack() as stack:
        assert fill(stack, *["a.example"] * 9) == 3


@pytest.mark.parametrize("threads", ["4", "5", "8", "16", "17", "256"])
def test_a_thread_is_always_free(monkeypatch: pytest.MonkeyPatch, threads: str) -> None:
    """Those who wait for the service and those who wait for third parties, all at once."""
    monkeypatch.setenv("THREADS", threads)
    waiting = env.shares()
    assert min(waiting) >= 1
    assert sum(waiting) < env.threads()
