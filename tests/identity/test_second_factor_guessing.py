"""How far guessing a second factor gets: ten tries, then an hour's wait (CONTRACT 8.3)."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from identity.errors import ApiError
from identity.models import AuditEvent, Member, RecoveryCode
from identity.operations import locks, recovery_codes
from identity.operations.mailbox import Held
from identity.tokens import sealer
from tests.identity import post
from tests.identity.people import ALICE, NOW, later, member, organization
from tests.identity.second_factors import (
    app_code,
    by_app,
    by_text,
    given,
    in_session,
    on_the_way,
    register,
    text,
    today,
    with_app,
    with_phone,
)

pytestmark = pytest.mark.django_db
STRICT = {"mfa_policy": "REQUIRED_FOR_ALL"}


def wrong_codes(secret: str) -> Iterator[str]:
    """None of which is right around NOW, whatever the secret."""
    right = {int(app_code(secret, now=later(seconds=30 * off))) for off in range(-3, 4)}
    return (f"{code:06d}" for code in range(1000) if code not in right)


def fail(alice: Member, code: str, *, seconds: float = 0) -> str:
    now = later(seconds=seconds)
    with pytest.raises(ApiError) as error:
        by_app(alice, code, on_the_way(alice, now=now), now=now)
    return error.value.error_type


@pytest.fixture
def alice() -> Member:
    return member(organization(**STRICT))


def test_ten_wrong_codes_in_a_row_lock_for_an_hour(alice: Member) -> None:
    _, registered = with_app(alice)
    guesses = wrong_codes(registered.secret)
    assert {fail(alice, next(guesses)) for _ in range(10)} == {"unable_to_authenticate_totp"}
    right = app_code(registered.secret, now=later(seconds=30))
    assert fail(alice, right, seconds=1) == "user_lock_limit_reached"
    locked = today(alice)
    assert (locked.locked_at, locked.lock_expires_at) == (NOW, later(hours=1))
    assert "locked" in post.newest(ALICE).subject
    assert AuditEvent.objects.filter(action="member.lock").count() == 1
    after = later(hours=1)
    code = app_code(registered.secret, now=after)
    assert by_app(alice, code, on_the_way(alice, now=after), now=after).session


def test_a_locked_member_gets_no_text_and_no_new_app(alice: Member) -> None:
    Member.objects.update(locked_at=NOW, lock_expires_at=later(hours=1))
    for step in (
        lambda: text(alice, on_the_way(alice)),
        lambda: register(alice, on_the_way(alice)),
    ):
        with pytest.raises(ApiError) as error:
            step()
        assert error.value.error_type == "user_lock_limit_reached"


def test_a_right_code_forgets_the_wrong_ones(alice: Member) -> None:
    _, registered = with_app(alice)
    guesses = wrong_codes(registered.secret)
    for _ in range(9):
        fail(alice, next(guesses))
    code = app_code(registered.secret, now=later(seconds=30))
    by_app(alice, code, on_the_way(alice))
    assert {fail(alice, next(guesses)) for _ in range(9)} == {"unable_to_authenticate_totp"}


def test_a_lapsed_sign_in_and_a_used_code_are_no_guesses(alice: Member) -> None:
    held = on_the_way(alice)
    registered = register(alice, held)
    code = app_code(registered.secret)
    by_app(alice, code, held)
    for _ in range(12):
        assert fail(alice, code, seconds=1) == "totp_code_already_authenticated"
    assert not today(alice).failed_attempts


def test_whoever_is_not_on_the_way_can_not_lock_anybody(alice: Member) -> None:
    with_app(alice)
    bob = member(alice.organization, "bob@acme.example")
    for _ in range(12):
        with pytest.raises(ApiError) as error:
            by_app(alice, "000000", on_the_way(bob))
        assert error.value.status_code == 400
    assert not today(alice).failed_attempts


def test_texts_and_apps_count_together(alice: Member) -> None:
    """Five of each are ten: whoever has two factors is not guessed at twice as often."""
    session = in_session(with_phone(alice))
    registered = register(alice, session)
    by_app(alice, app_code(registered.secret), session)
    held = on_the_way(alice, now=later(minutes=1))
    right = text(alice, held, now=later(minutes=1))
    guesses = wrong_codes(registered.secret)
    for _ in range(5):
        with pytest.raises(ApiError):
            by_text(alice, post.wrong(right), held, now=later(minutes=1))
        fail(alice, next(guesses), seconds=60)
    assert today(alice).locked_at == later(minutes=1)
    assert fail(alice, next(guesses), seconds=60) == "user_lock_limit_reached"


def test_guesses_end_for_the_day_whatever_happens_in_between(
    alice: Member, settings: Settings
) -> None:
    """The owner's own sign-ins forget the failures in a row, but not those of the day."""
    settings.GUESSES_PER_ADDRESS = 3
    _, registered = with_app(alice)
    guesses = wrong_codes(registered.secret)
    for _ in range(3):
        fail(alice, next(guesses))
    assert fail(alice, next(guesses)) == "too_many_requests"


def test_ten_wrong_recovery_codes_lock_as_well(alice: Member) -> None:
    with_app(alice)
    held = on_the_way(alice)
    for n in range(10):
        with pytest.raises(ApiError) as error:
            recover(alice, f"aaaa-bbbb-ccc{n}", held)
        assert error.value.error_type == "unable_to_authenticate_recovery_code"
    assert today(alice).lock_expires_at == later(hours=1)


@pytest.mark.parametrize("empty", ["", "-", " - ", "\u2013"])
def test_an_empty_recovery_code_opens_nothing(alice: Member, empty: str) -> None:
    """Not even where a stored one has become empty."""
    with_app(alice)
    RecoveryCode.objects.update(code_sealed=sealer("recovery-code").encrypt(b"-"))
    with pytest.raises(ApiError) as error:
        recover(alice, empty, on_the_way(alice))
    assert error.value.error_type == "unable_to_authenticate_recovery_code"


def test_an_outage_in_the_middle_is_no_wrong_answer(alice: Member) -> None:
    """Neither a refusal that says nothing of the guess, nor an error of any kind, is counted."""
    for error in (RuntimeError("down"), ApiError(500, "internal_server_error", "Down.")):
        with pytest.raises(type(error)), locks.guarded(alice, now=NOW):
            raise error
        assert today(alice).failed_attempts == 0


def recover(alice: Member, code: str, held: Held) -> None:
    recovery_codes.recover(given=given(today(alice), code, held), now=NOW)
