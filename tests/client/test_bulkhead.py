"""A slow service may keep some of the threads waiting, and never all of them."""

from contextlib import ExitStack

import pytest

from accounts.client.bulkhead import Bulkhead
from accounts.client.client import IdentityClient
from accounts.client.errors import Unavailable
from tests.client.conftest import Clock, make_client
from tests.client.test_circuit import GOOD, ask

MOST = 3


@pytest.fixture
def bulkhead(clock: Clock) -> Bulkhead:
    return Bulkhead(MOST, clock)


@pytest.fixture
def waiting() -> ExitStack:
    return ExitStack()


def fill(bulkhead: Bulkhead, waiting: ExitStack, count: int = MOST) -> None:
    for _ in range(count):
        waiting.enter_context(bulkhead.place())


def is_full(bulkhead: Bulkhead) -> bool:
    try:
        with bulkhead.place():
            return False
    except Unavailable:
        return True


def test_many_may_ask_at_once_while_answers_are_quick(
    bulkhead: Bulkhead, waiting: ExitStack, clock: Clock
) -> None:
    """A team that signs in at nine o'clock is no outage."""
    with waiting:
        fill(bulkhead, waiting, 10 * MOST)
        clock.advance(1.9)
    assert not is_full(bulkhead)


def test_once_some_wait_long_no_more_join_them(
    bulkhead: Bulkhead, waiting: ExitStack, clock: Clock
) -> None:
    """(QUALITY 63)"""
    with waiting:
        fill(bulkhead, waiting)
        clock.advance(2)
        assert is_full(bulkhead)
    assert not is_full(bulkhead)


def test_after_a_slow_answer_the_next_are_expected_to_be_slow(
    bulkhead: Bulkhead, clock: Clock
) -> None:
    with bulkhead.place():
        clock.advance(2)
    for seconds, full in ((0, True), (9, True), (2, False)):
        clock.advance(seconds)
        with ExitStack() as waiting:
            fill(bulkhead, waiting)
            assert is_full(bulkhead) is full


def test_a_place_is_free_again_whatever_became_of_the_call(
    bulkhead: Bulkhead, clock: Clock
) -> None:
    def fail() -> None:
        with bulkhead.place():
            raise ZeroDivisionError

    for _ in range(2 * MOST):
        with pytest.raises(ZeroDivisionError):
            fail()
    clock.advance(2)
    assert not is_full(bulkhead)


def test_calls_take_places(clock: Clock) -> None:
    """Those of the client do, and whoever waits for another thread's call."""
    client: IdentityClient

    def answer(request: object) -> object:
        clock.advance(2)
        with client.waiting(), pytest.raises(Unavailable, match="enough"), client.waiting():
            pass
        return GOOD

    client = make_client(answer, clock)
    client._http.bulkhead.most = 2
    ask(client)
    assert client._http.bulkhead._since == {}


def test_to_be_refused_a_place_says_nothing_of_the_service(clock: Clock) -> None:
    client = make_client(lambda request: GOOD, clock)
    client._http.bulkhead.most = 1
    with client.waiting():
        clock.advance(2)
        for _ in range(20):
            assert type(ask(client)) is Unavailable
    assert type(ask(client)).__name__ == "SessionExpired"
