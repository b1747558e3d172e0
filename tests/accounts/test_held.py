"""What binds a held POST: altered in any one way it is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import given, strategies as st
from time_machine import TimeMachineFixture

from accounts import held, sealing
from accounts.client.entities import MemberSession
from accounts.held import HELD_FOR, LONGEST_BODY, Refusal
from tests.accounts.conftest import NOON

HOUR = timedelta(hours=1)
SENDER = MemberSession("session-1", "member-1", "organization-1", "acme", NOON, NOON, NOON + HOUR)
SECOND = timedelta(seconds=1)


def seal(**fields: str) -> str:
    request = RequestFactory().post("/security/default?a=1", fields or {"method": "totp"})
    return held.hold(request, SENDER, now=NOON)


BINDINGS = [
    ({}, timedelta(0), None),
    ({}, HELD_FOR, None),
    ({}, HELD_FOR + SECOND, Refusal.TOO_LATE),
    ({"member_id": "member-2"}, timedelta(0), Refusal.NOT_YOURS),
    ({"organization_id": "organization-2"}, timedelta(0), Refusal.NOT_YOURS),
    ({"member_session_id": "session-2"}, timedelta(0), Refusal.NOT_YOURS),
    ({"member_id": "member-2"}, HELD_FOR + SECOND, Refusal.NOT_YOURS),
    # what a session may change in without being another one
    ({"roles": ("stytch_admin",)}, timedelta(0), None),
    ({"expires_at": NOON + 2 * HOUR}, timedelta(0), None),
]


@pytest.mark.parametrize(("altered", "age", "refusal"), BINDINGS)
def test_it_is_bound_to_member_organization_session_and_minutes(
    altered: dict[str, object], age: timedelta, refusal: Refusal | None
) -> None:
    """(QUALITY 50)"""
    kept = held.unseal(seal())
    assert kept
    assert kept.refusal(replace(SENDER, **altered), now=NOON + age) is refusal


@given(st.data())
def test_a_seal_that_was_touched_opens_nothing(data: st.DataObject) -> None:
    """(QUALITY 50)"""
    sealed = seal()
    at = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.characters(categories=["L", "N"]).filter(lambda c: c != sealed[at]))
    touched = held.unseal(f"{sealed[:at]}{other}{sealed[at + 1 :]}")
    # the last letters of base64 have bits to spare: what opens then is the very same
    assert touched is None or touched == held.unseal(sealed)


def test_what_was_sealed_for_something_else_opens_nothing() -> None:
    """(QUALITY 50)"""
    assert held.unseal(sealing.seal({"member_id": "member-1"}, purpose="stamp")) is None
    assert held.unseal(sealing.seal({"member_id": "member-1"}, purpose=held.PURPOSE)) is None
    assert held.unseal("") is None


def test_it_is_spent_once() -> None:
    """(QUALITY 50)"""
    kept, another = held.unseal(seal()), held.unseal(seal())
    assert kept
    assert another
    assert [kept.spend(), kept.spend(), another.spend()] == [True, False, True]


def test_of_many_at_once_one_spends_it() -> None:
    """(QUALITY 50)"""
    kept = held.unseal(seal())
    assert kept
    with ThreadPoolExecutor(8) as threads:
        firsts = list(threads.map(lambda _: kept.spend(), range(16)))
    assert firsts.count(True) == 1


def test_it_stays_spent_for_as_long_as_it_could_come_back(
    time_machine: TimeMachineFixture,
) -> None:
    time_machine.move_to(NOON, tick=False)
    kept = held.unseal(seal())
    assert kept
    assert kept.spend()
    time_machine.move_to(NOON + HELD_FOR, tick=False)
    assert not kept.spend()


def test_it_says_again_what_was_sent_and_shows_none_of_it() -> None:
    sealed = seal(method="totp", note="ä & b", csrfmiddlewaretoken="token-of-the-form")
    kept = held.unseal(sealed)
    assert kept
    assert kept.path == "/security/default?a=1"
    assert kept.body == "method=totp&note=%C3%A4+%26+b"
    assert "totp" not in sealed
    assert "totp" not in repr(kept)


def test_what_cannot_wait_is_not_held() -> None:
    requests = RequestFactory()
    upload = {"file": SimpleUploadedFile("a.txt", b"a"), "method": "totp"}
    for refused in (
        requests.post("/a", upload),
        requests.post("/a", {"text": "x" * LONGEST_BODY}),
        requests.post("/a", '{"a": 1}', content_type="application/json"),
        requests.delete("/a"),
    ):
        assert held.hold(refused, SENDER, now=NOON) == ""


def test_the_longest_that_is_held_fits_the_form_that_carries_it() -> None:
    assert len(seal(t="x" * (LONGEST_BODY - 2))) < 48 * 1024
