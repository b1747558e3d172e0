"""How many texts go to a number, by an organization, a client, a country and in all."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from identity.errors import ApiError
from identity.operations import text_allowances
from identity.operations.text_allowances import Recipient
from identity.visitors import Visitor
from tests.identity.people import NOW

pytestmark = pytest.mark.django_db
SHARED = "+12025550123"
VICTIM = Recipient("victim", "bank", "+13125550999", is_proven=True)


@pytest.fixture(autouse=True)
def _production_limits(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 6
    settings.SENDS_PER_CLIENT = 1000
    settings.TEXTS_PER_COUNTRY = 80
    settings.TEXTS_PER_PROJECT = 160


def is_sent(to: Recipient, *, client: str = "198.51.100.9", now: datetime = NOW) -> bool:
    try:
        text_allowances.send(to, visitor=Visitor(client), now=now)
    except ApiError:
        return False
    return True


def sent(to: Any, *, members: int, **how: Any) -> int:
    """By so many members, of whom each asks as often as a member may in an hour."""
    return sum(is_sent(to(n), **how) for n in range(members) for _ in range(6))


def test_many_members_with_one_proven_number_use_up_no_country() -> None:
    """One person, one number, an organization of their own."""

    def theirs(n: int) -> Recipient:
        return Recipient(f"m{n}", "evil", SHARED, is_proven=True)

    assert sent(theirs, members=30) == 24
    assert is_sent(VICTIM)


def test_nor_with_many_organizations() -> None:
    def theirs(n: int) -> Recipient:
        return Recipient(f"m{n}", f"evil-{n}", SHARED, is_proven=True)

    assert sent(theirs, members=30) == 48
    assert is_sent(VICTIM)


def test_one_organization_uses_up_no_number() -> None:
    """It may call anybody its member, who has proven the number there as well."""
    for _ in range(40):
        is_sent(Recipient("a", "evil", VICTIM.phone_number, is_proven=True))
    assert is_sent(VICTIM)


def test_a_proven_number_s_texts_begin_anew_the_next_day() -> None:
    hours = [NOW + timedelta(hours=n) for n in range(12)]

    def theirs(n: int) -> Recipient:
        return Recipient(f"m{n}", "evil", SHARED, is_proven=True)

    assert sum(sent(theirs, members=6, now=now) for now in hours) == 24
    assert is_sent(theirs(1), now=NOW + timedelta(days=1))


@pytest.mark.parametrize("is_proven", [True, False])
def test_one_organization_leaves_a_part_of_a_country_and_of_the_project(is_proven: bool) -> None:
    """However many numbers its members have, from however many clients."""
    far = 0
    for country in ("+1202555", "+4917612345", "+4479112345"):
        for n in range(100):
            whose = Recipient(f"{country}{n}", "evil", f"{country}{n:04d}", is_proven=is_proven)
            far += is_sent(whose, client=f"203.0.113.{n}")
    assert far == 120  # of the project's 160; of each country it had at most 60 of 80
    other = Recipient("b", "other", "+12025559999", is_proven=is_proven)
    assert is_sent(other)


@pytest.mark.parametrize("is_proven", [True, False])
def test_a_country_ends_with_the_day(is_proven: bool, settings: Settings) -> None:
    settings.TEXTS_PER_COUNTRY = 8
    hours = [NOW.replace(hour=0) + timedelta(hours=n) for n in range(12)]
    count = 0
    for hour, now in enumerate(hours):
        for n in range(8):
            number = f"+1202{500 + hour}{1000 + n}"
            whose = Recipient(f"{hour}-{n}", f"o{n % 4}", number, is_proven=is_proven)
            count += is_sent(whose, client=f"2001:db8:{hour:x}{n:02x}::1", now=now)
    assert count == 8 * text_allowances.HOURS_A_DAY


def test_one_client_leaves_half_of_a_country_s_unproven_texts() -> None:
    def made_up(n: int) -> Recipient:
        return Recipient(f"m{n}", f"o{n}", f"+1202555{1000 + n}", is_proven=False)

    assert sent(made_up, members=80) == 40
    fresh = Recipient("new", "o", "+12025550001", is_proven=False)
    assert is_sent(fresh, client="192.0.2.77")


def test_one_client_has_so_many_unproven_texts_a_day(settings: Settings) -> None:
    """They cost whoever runs this: somebody may live on them."""
    settings.SENDS_PER_CLIENT = 50
    count = 0
    for hour in range(3):
        for n in range(25):
            number = f"+1202{5_000_000 + hour * 1000 + n}"
            whose = Recipient(f"{hour}-{n}", f"o{n}", number, is_proven=False)
            count += is_sent(whose, now=NOW + timedelta(hours=hour))
    assert count == 50


def test_strangers_send_an_unproven_number_few_a_day() -> None:
    count = 0
    for hour in range(8):
        for n in range(10):
            whose = Recipient(f"{hour}-{n}", f"o{n}", SHARED, is_proven=False)
            now = NOW + timedelta(hours=hour)
            count += is_sent(whose, client=f"203.0.113.{n}", now=now)
    assert count == 24
