"""A small house with a small service behind it, for what is no view's business."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import httpx
import pytest
from pytest_django import Settings
from time_machine import TimeMachineFixture

from tests.accounts import rooms
from tests.accounts.backend import Backend
from tests.accounts.browser import Browser

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
At: TypeAlias = Callable[[float], None]


@pytest.fixture
def noon(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def at(time_machine: TimeMachineFixture) -> At:
    """It is noon, and `at(2.5)` two and a half minutes past."""

    def move(minutes: float) -> None:
        time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)

    move(0)
    return move


@pytest.fixture
def house(settings: Settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.accounts.rooms"
    yield
    rooms.script.clear()
    rooms.written.clear()


@pytest.fixture
def backend(house: None, through: object, noon: object) -> Backend:
    backend = Backend()
    through(backend)  # type: ignore[operator]
    return backend


@pytest.fixture
def browser(backend: httpx.BaseTransport) -> Browser:
    return Browser()
