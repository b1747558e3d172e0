"""However slow third parties are, some threads are in nobody's hands."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pytest_django import Settings

from outbound import places
from outbound.places import LOGOS, OURS, Crowded, place
from project import environment as env

MINUTE = 60.0


class Clock:
    """What time.monotonic says; only places asks it."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    settings.THIRD_PARTIES_MOST_WAITING, settings.LOGOS_MOST_WAITING = 6, 1
    ours = Clock()
    monkeypatch.setattr(places, "time", ours)
    places._known.clear()
    yield ours
    places._known.clear()


def fill(stack: ExitStack, *destinations: str, whose: str = "corp") -> int:
    """How many found a place."""
    count = 0
    for destination in destinations:
        try:
            stack.enter_context(place(destination, whose=whose))
        except Crowded:
            continue
        count += 1
    return count


def call(whose: str, clock: Clock, *, seconds: float, host: str = "") -> None:
    with place(host or f"{whose}.example", whose=whose):
        clock.now += seconds


def hosts(whose: str) -> list[str]:
    return [f"{each}.{whose}.example" for each in range(9)]


def test_one_destination_has_half_the_places(clock: Clock) -> None:
    for whose in ("corp", "other", "third"):
        call(whose, clock, seconds=0.2)
    with ExitStack() as stack:
        assert fill(stack, *["a.example"] * 2, whose="other") == 2
        assert fill(stack, *["a.example"] * 9) == 1
        assert fill(stack, "b.example", whose="third") == 1


def test_one_organization_has_half_whatever_hosts_it_chooses(clock: Clock) -> None:
    call("evil", clock, seconds=0.2)
    with ExitStack() as stack:
        assert fill(stack, *hosts("evil"), whose="evil") == 3
        assert fill(stack, "corp.example") == 1


def test_strangers_leave_places_for_those_who_are_answered_in_time(clock: Clock) -> None:
    """As many organizations and hosts as they like."""
    call("corp", clock, seconds=0.2)
    with ExitStack() as stack:
        assert sum(fill(stack, *hosts(each), whose=each) for each in "abcdefgh") == 2
        assert fill(stack, *["corp.example"] * 2) == 2


def test_who_kept_us_waiting_has_one_place_for_a_while(clock: Clock) -> None:
    """Whatever host it was, and though others of it answer in time."""
    for each in "abc":
        call(each, clock, seconds=0.2)
        call(each, clock, seconds=5, host="slow.example")
        call(each, clock, seconds=0.2)
    with ExitStack() as stack:
        assert [fill(stack, *hosts(each), whose=each) for each in "abc"] == [1, 0, 0]
    clock.now += 5 * MINUTE
    with ExitStack() as stack:
        assert fill(stack, *hosts("a"), whose="a") == 2
    call("a", clock, seconds=0.2)
    with ExitStack() as stack:
        assert fill(stack, *hosts("a"), whose="a") == 3


def test_a_host_is_not_slow_for_others(clock: Clock) -> None:
    """Or strangers would spoil it for those who share it, by a path of it that is slow."""
    call("corp", clock, seconds=0.2, host="login.example")
    call("evil", clock, seconds=5, host="login.example")
    with ExitStack() as stack:
        assert fill(stack, *["login.example"] * 9) == 3


def test_slow_ones_and_new_ones_together_leave_a_place_for_prompt_ones(clock: Clock) -> None:
    call("corp", clock, seconds=0.2)
    for each in "abc":
        call(each, clock, seconds=5)
    with ExitStack() as stack:
        assert sum(fill(stack, *hosts(each), whose=each) for each in "abcdefgh") == 3
        assert fill(stack, "corp.example") == 1


def test_what_is_refused_at_once_says_nothing(clock: Clock) -> None:
    with pytest.raises(ConnectionError), place("a.example", whose="evil"):
        raise ConnectionRefusedError
    assert "evil" not in places._known


def test_organizations_beyond_number_are_forgotten(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "REMEMBERED", 2)
    for each in ("corp", "a", "corp", "b"):
        call(each, clock, seconds=0.2)
    assert list(places._known) == ["corp", "b"]


def test_logos_take_no_place_of_a_sign_in(clock: Clock) -> None:
    for each in ("corp", "other"):
        call(each, clock, seconds=0.2)
    with ExitStack() as stack:
        assert fill(stack, *hosts("logos"), whose=LOGOS) == 1
        assert sum(fill(stack, *hosts(each), whose=each) for each in ("corp", "other")) == 4
        assert fill(stack, *["mail"] * 9, whose=OURS) == 2


def test_organizations_leave_places_for_mail(clock: Clock) -> None:
    """Whoever chooses as many hosts as they like still has no more."""
    for each in "abc":
        call(each, clock, seconds=0.2)
    with ExitStack() as stack:
        assert sum(fill(stack, *hosts(each), whose=each) for each in "abc") == 4
        assert fill(stack, *["mail"] * 9, whose=OURS) == 2


def test_what_the_operator_chose_is_bounded_together() -> None:
    with ExitStack() as stack:
        assert fill(stack, "mail", "mail", "texts", "breaches", *["mail"] * 9, whose=OURS) == 6
        assert fill(stack, "a.example") == 0


def test_places_are_given_back() -> None:
    with ExitStack() as stack:
        fill(stack, *["a.example"] * 9)
    with pytest.raises(ZeroDivisionError), place("a.example", whose="corp"):
        raise ZeroDivisionError
    assert not +places._taken
    with ExitStack() as stack:
        assert fill(stack, *["a.example"] * 9) == 3


@pytest.mark.parametrize("threads", ["4", "5", "8", "16", "17", "256"])
def test_a_thread_is_always_free(monkeypatch: pytest.MonkeyPatch, threads: str) -> None:
    """Those who wait for the service and those who wait for third parties, all at once."""
    monkeypatch.setenv("THREADS", threads)
    waiting = env.shares()
    assert min(waiting) >= 1
    assert sum(waiting) < env.threads()
