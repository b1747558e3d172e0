"""What is fetched once for all and kept for minutes."""

from datetime import datetime, timedelta

from accounts.client.kept import Kept
from tests.client import samples


def test_what_another_thread_has_just_renewed_is_not_fetched_again() -> None:
    """Between one's look at the clock and one's turn somebody else may have been quicker."""
    now, fetched, others = samples.NOW, [], []

    def clock() -> datetime:
        if others:
            others.pop()
            kept.get()  # another thread, from beginning to end
        return now

    def fetch() -> int:
        fetched.append(now)
        return len(fetched)

    kept = Kept(fetch, timedelta(minutes=5), clock)
    assert kept.get() == 1
    now += timedelta(minutes=6)
    others.append("one")
    assert kept.get() == 1  # what was at hand; the next one gets the new value
    assert kept.get() == 2
    assert len(fetched) == 2
