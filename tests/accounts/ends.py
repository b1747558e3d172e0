"""Every way a session can end or only seem to, for the tables of test_endings.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any, TypeAlias

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from identity import keys
from identity.models import Member
from identity.operations import members, organizations
from tests import transports
from tests.signing_in import MEMBER, here, sign_in

STALE = timedelta(minutes=6)  # past every JWT
OURS = ("stytch_session", "stytch_session_jwt", "stytch_session_stamp")


@dataclass(frozen=True)
class Place:
    """One browser with a page open; `other` has a copy of its cookies, as another device may."""

    client: Client
    other: Client
    through: Any


Way: TypeAlias = Callable[[Place], timedelta]


def time_passes(place: Place) -> timedelta:
    """Browsers throw the cookies away by themselves."""
    for name in OURS:
        place.client.cookies.pop(name, None)
    return timedelta(hours=1, seconds=1)


def time_passes_and_the_token_stays(place: Place) -> timedelta:
    """By a second, as the cookies of one session don't go in one instant."""
    for name in OURS[1:]:
        place.client.cookies.pop(name, None)
    return timedelta(hours=1)


def time_passes_and_all_stay(place: Place) -> timedelta:
    return timedelta(hours=1)


def nobody_uses_it(place: Place) -> timedelta:
    return timedelta(minutes=31)


def signed_out_here(place: Place) -> timedelta:
    place.client.post("/logout")
    place.client.get("/login")  # which says so, once
    return timedelta(0)


def signed_out_in_another_tab(place: Place) -> timedelta:
    place.other.cookies = place.client.cookies  # tabs of one browser
    place.other.post("/logout")
    place.other.get("/login")
    return STALE


def signed_out_before_an_answer_that_came_late(place: Place) -> timedelta:
    """A tab's request was on its way, and its answer brings the session back."""
    before = copied(place.client)
    signed_out_in_another_tab(place)
    for name in OURS:
        place.client.cookies[name] = before[name].value if name in before else ""
    return STALE


def signed_out_on_another_device(place: Place) -> timedelta:
    place.other.post("/logout")
    return STALE


def an_admin_ends_it(place: Place) -> timedelta:
    members.end_sessions(member=who(), now=timezone.now())
    return STALE


def the_member_is_removed(place: Place) -> timedelta:
    members.delete(member=who(), now=timezone.now())
    return STALE


def the_organization_is_removed(place: Place) -> timedelta:
    organizations.delete(organization=who().organization, now=timezone.now())
    return STALE


def its_key_is_rotated_away(place: Place) -> timedelta:
    """The JWT counts no more, though it is young; the session, which the service knows, does."""
    keys.rotate(now=timezone.now(), revoke=True)
    return timedelta(0)


def its_key_was_rotated_away_long_ago(place: Place) -> timedelta:
    its_key_is_rotated_away(place)
    return STALE


def the_service_falls_silent(place: Place) -> timedelta:
    place.through(transports.OnlyKeys())
    return STALE


def the_service_falls_silent_and_has_no_keys(place: Place) -> timedelta:
    place.through(transports.Down())
    return STALE


# How it ends, and why as far as anybody can know.
ENDS: list[tuple[Way, str]] = [
    (time_passes, "expired"),
    (time_passes_and_the_token_stays, "expired"),
    (time_passes_and_all_stay, "expired"),
    (nobody_uses_it, "idle"),
    (signed_out_here, "signed_out"),
    (signed_out_in_another_tab, "signed_out"),
    (signed_out_before_an_answer_that_came_late, "signed_out"),
    (signed_out_on_another_device, "ended"),
    (an_admin_ends_it, "ended"),
    (the_member_is_removed, "removed"),
    (the_organization_is_removed, "ended"),
]
# What ends nothing, and what every place answers meanwhile.
SEEMS: list[tuple[Way, int]] = [
    (its_key_is_rotated_away, 200),
    (its_key_was_rotated_away_long_ago, 200),
    (the_service_falls_silent, 503),
    (the_service_falls_silent_and_has_no_keys, 503),
]


def each(argument: str, table: list[Any]) -> pytest.MarkDecorator:
    names = [way.__name__ for way, _ in table]
    return pytest.mark.parametrize(("way", argument), table, ids=names)


every_way = each("reason", ENDS)
every_scare = each("status", SEEMS)


@pytest.fixture
def over(client: Client, settings: Settings, through: Any) -> Any:
    """`over(way)` ends the session of a browser in that way; the clock stands after it."""
    settings.SESSION_EXTEND_ON_ACTIVITY = False
    travel = time_machine.travel(timezone.now(), tick=False)
    traveller = travel.start()

    def end(way: Way) -> Client:
        if way is nobody_uses_it:
            settings.SESSION_IDLE_MINUTES = 30
        Member.objects.filter(email_address=MEMBER).update(roles=["editor"])  # may write
        sign_in(client, MEMBER)
        assert here(client)
        other = Client()
        other.cookies = copied(client)
        traveller.shift(way(Place(client, other, through)))
        return client

    yield end
    travel.stop()


def who() -> Member:
    return Member.objects.select_related("organization").get(email_address=MEMBER)


def copied(client: Client) -> Any:
    copy = SimpleCookie()
    copy.load({name: morsel.value for name, morsel in client.cookies.items()})
    return copy


def left(client: Client) -> list[str]:
    return [name for name in OURS if name in client.cookies and client.cookies[name].value]
