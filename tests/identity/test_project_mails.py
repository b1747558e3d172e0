"""How many mails strangers get of the project's, and what is left to others then."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from identity.errors import ApiError
from identity.operations import allowances, limits, notices, places, project_mails
from identity.provenance import Provenance
from identity.visitors import Visitor
from tests.identity.people import NOW, later, member, organization

pytestmark = pytest.mark.django_db
HOME = Visitor("192.0.2.77", "b" * 22)


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    """Of 160 mails strangers have 120, and of the second 60 a client has 24."""
    settings.SENDS_PER_ADDRESS = 6
    settings.SENDS_PER_CLIENT = 40
    settings.MAILS_PER_PROJECT = 160


def is_sent(address: str, visitor: Visitor, *, send: Any = allowances.send, now: Any = NOW) -> bool:
    try:
        send(email_address=address, visitor=visitor, now=now)
    except ApiError:
        return False
    return True


def by_clients(count: int, *, each: int = 60, prefix: str = "198.51.100.") -> int:
    """Mails to invented addresses, by so many clients that send as much as they may."""
    return sum(
        is_sent(f"x{client}-{n}@made.up", Visitor(f"{prefix}{client}"))
        for client in range(count)
        for n in range(each)
    )


@pytest.mark.parametrize("send", [allowances.send, allowances.send_code])
def test_a_few_clients_stop_no_new_person(send: Any) -> None:
    """Three use up the first half; from the second each of them has gone already."""
    assert by_clients(3) == 40 + 40 + 24  # the second one 20 of either half
    assert is_sent("new@customer.example", HOME, send=send)
    allowances.check_send(email_address="other@customer.example", visitor=HOME, now=NOW)


def test_it_takes_many_clients() -> None:
    assert by_clients(8) == 120
    assert not is_sent("new@customer.example", HOME)


def test_who_says_no_address_is_one_client() -> None:
    by_clients(2)
    sent = sum(is_sent(f"y{n}@made.up", Visitor()) for n in range(60))
    assert sent <= 24
    assert is_sent("new@customer.example", HOME)


def test_who_has_many_addresses_is_three_clients_at_most() -> None:
    by_clients(2)
    sent = sum(is_sent(f"y{n}@made.up", Visitor(f"2001:db8:1:{n:x}::1")) for n in range(120))
    assert sent <= 72


def test_strangers_use_up_nothing_of_who_is_known() -> None:
    by_clients(8)
    places.remember(email_address="at@home.example", visitor=HOME, now=NOW)
    known = Visitor("203.0.113.9", "k" * 22, is_known=True)
    assert is_sent("at@home.example", HOME)
    assert is_sent("somebody@else.example", known)


def test_who_is_known_uses_up_nothing_of_strangers() -> None:
    """Anybody can have browsers that are known, for addresses of their own."""
    for n in range(60):
        known = Visitor("203.0.113.9", f"{n:022d}", is_known=True)
        assert all(is_sent(f"mine{n}@mine.example", known) for _ in range(6))
    victim = member(organization("Corp"), "victim@corp.example")
    for _ in range(9):
        notices.tell(victim, notices.PASSWORD_SET, now=NOW)
    assert by_clients(8) == 120


def test_notices_to_foreign_addresses_leave_the_second_half() -> None:
    for n in range(12):
        evil = organization(f"Evil {n}")
        for m in range(20):
            foreign = member(evil, f"p{m}@x{n}-{m}.example", provenance=Provenance.ADMIN)
            notices.tell(foreign, notices.PASSWORD_SET, now=NOW)
    assert limits.used(project_mails.STRANGERS, per=timedelta(hours=1), now=NOW) - 1 == 60
    assert is_sent("new@customer.example", HOME)


def test_a_quarter_is_told_of_as_well(caplog: pytest.LogCaptureFixture) -> None:
    """What goes to those who are known: 40 mails, and nobody is stopped by it."""
    for n in range(50):
        known = Visitor("203.0.113.9", f"{n:022d}", is_known=True)
        assert is_sent(f"mine{n}@mine.example", known)
    assert [line for line in caplog.messages if "80 %" in line] == ["limit at 80 %: send-known"]


def test_all_begins_anew_with_the_hour() -> None:
    by_clients(8)
    assert is_sent("new@customer.example", HOME, now=later(hours=1))
