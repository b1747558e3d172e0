"""One deadline for all that happens within it, and the nearest of several."""

from types import SimpleNamespace

import pytest

from outbound import deadline


def test_a_deadline_set_anew_is_the_only_one_as_long_as_it_lasts() -> None:
    with deadline.within(1):
        with deadline.anew(10):
            assert 1 < deadline.remaining() <= 10
        assert deadline.remaining() <= 1


def test_time_runs_out() -> None:
    with deadline.within(0), pytest.raises(TimeoutError):
        deadline.remaining()


def test_the_last_moment_counts_and_the_end_itself_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A socket with no seconds left would not wait at all, and fail in ways of its own."""
    now = 1000.0
    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=lambda: now))
    with deadline.within(5):
        now += 4.5
        assert deadline.remaining() == 0.5
        now += 0.5
        with pytest.raises(TimeoutError):
            deadline.remaining()


def test_the_nearest_deadline_counts() -> None:
    with deadline.within(10), deadline.within(100):
        assert deadline.remaining() <= 10
    with deadline.within(100):
        with deadline.within(10):
            assert deadline.remaining() <= 10
        assert 10 < deadline.remaining() <= 100


def test_nobody_waits_for_ever() -> None:
    assert deadline.remaining() <= deadline.LONGEST


def test_it_ends_with_what_it_was_for() -> None:
    with pytest.raises(ZeroDivisionError), deadline.within(0):
        raise ZeroDivisionError
    assert deadline.remaining() > 1
