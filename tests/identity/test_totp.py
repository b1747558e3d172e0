"""Authenticator apps: registered, activated, each code once, taken along (CONTRACT 2.5)."""

import base64
from datetime import timedelta

import pyotp
import pytest

from identity.errors import ApiError
from identity.models import RecoveryCode, TotpRegistration
from identity.operations import member_factors, totp
from identity.operations.purging import purge
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.people import ALICE, NOW, later, member, organization
from tests.identity.second_factors import (
    app_code,
    by_app,
    in_session,
    on_the_way,
    register,
    today,
    with_app,
    with_phone,
)

pytestmark = pytest.mark.django_db
STRICT = {"mfa_policy": "REQUIRED_FOR_ALL"}
HALF_A_MINUTE = timedelta(seconds=30)


def refusal(code: str, alice: object, *, now: object = NOW) -> tuple[int, str]:
    with pytest.raises(ApiError) as error:
        by_app(alice, code, on_the_way(alice, now=now), now=now)  # type: ignore[arg-type]
    return error.value.status_code, error.value.error_type


def test_a_registration_is_the_members_from_its_first_code_on() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    registered = register(alice, held)
    assert today(alice).totp_registration_id == ""
    finished = by_app(alice, app_code(registered.secret), held)
    assert finished.member.totp_registration_id == registered.registration_id
    assert (finished.member.mfa_enrolled, finished.member.default_mfa_method) == (True, "totp")
    assert finished.session
    factor = finished.session.factors[-1].to_wire()
    assert (factor["type"], factor["delivery_method"]) == ("totp", "authenticator_app")
    assert factor["authenticator_app_factor"] == {"totp_id": registered.registration_id}


def test_the_picture_is_a_png_and_the_secret_is_sealed() -> None:
    alice = member(organization(**STRICT))
    registered = register(alice, on_the_way(alice))
    kind, _, picture = registered.qr_code.partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert len(registered.secret) == 32
    stored = TotpRegistration.objects.get()
    assert registered.secret.encode() not in bytes(stored.secret_sealed)
    assert registered.secret not in repr(registered)


def test_a_clock_may_be_one_step_off_and_no_more() -> None:
    alice = member(organization(**STRICT))
    session, registered = with_app(alice, now=later(minutes=-5))
    assert session.session
    code = app_code(registered.secret)
    assert refusal(code, alice, now=NOW - 2 * HALF_A_MINUTE) == (401, "unable_to_authenticate_totp")
    assert refusal(code, alice, now=NOW + 2 * HALF_A_MINUTE) == (401, "unable_to_authenticate_totp")
    early = NOW - HALF_A_MINUTE
    assert by_app(alice, code, on_the_way(alice, now=early), now=early).session


def test_each_code_works_once_and_so_does_none_older() -> None:
    alice = member(organization(**STRICT))
    _, registered = with_app(alice)
    older = app_code(registered.secret, now=NOW - HALF_A_MINUTE)
    used = (401, "totp_code_already_authenticated")
    assert refusal(app_code(registered.secret), alice, now=later(seconds=1)) == used
    assert refusal(older, alice, now=later(seconds=1)) == used
    newer = app_code(registered.secret, now=NOW + HALF_A_MINUTE)
    assert by_app(alice, newer, on_the_way(alice)).session


def test_the_same_post_within_seconds_gets_the_same_answer() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    registered = register(alice, held)
    code = app_code(registered.secret)
    first = by_app(alice, code, held)
    again = by_app(alice, code, held, now=later(seconds=9))
    assert again.session_token == first.session_token
    with pytest.raises(ApiError) as error:
        by_app(alice, code, held, now=later(seconds=11))
    assert error.value.error_type == "intermediate_session_not_found"


def test_the_same_post_in_a_session_gets_the_same_answer() -> None:
    """The token it was posted with is dead by then: renewed with the factor."""
    alice = member(organization(**STRICT))
    session = in_session(with_phone(alice))
    registered = register(alice, session)
    code = app_code(registered.secret)
    first = by_app(alice, code, session)
    again = by_app(alice, code, session, now=later(seconds=2))
    assert again.session_token == first.session_token != session.session_token


def test_a_pending_registration_expires() -> None:
    alice = member(organization(**STRICT))
    registered = register(alice, on_the_way(alice))
    late = later(minutes=60)
    code = app_code(registered.secret, now=late)
    assert refusal(code, alice, now=late) == (401, "expired_totp")
    counts = purge(now=later(days=2), audit_kept_for=timedelta(days=365))
    assert counts["TotpRegistration"] > 0
    assert not RecoveryCode.objects.exists()


def test_an_active_registration_stays() -> None:
    with_app(member(organization(**STRICT)))
    assert purge(now=later(days=9), audit_kept_for=timedelta(days=1))["TotpRegistration"] == 0


def test_a_new_registration_replaces_the_pending_one() -> None:
    alice = member(organization(**STRICT))
    first = register(alice, on_the_way(alice))
    second = register(alice, on_the_way(alice))
    assert set(first.recovery_codes).isdisjoint(second.recovery_codes)
    refused_with = refusal(app_code(first.secret), alice)
    assert refused_with == (401, "unable_to_authenticate_totp")
    assert by_app(alice, app_code(second.secret), on_the_way(alice)).session


def test_there_is_one_active_registration() -> None:
    alice = member(organization(**STRICT))
    session, _ = with_app(alice)
    with pytest.raises(ApiError) as error:
        register(alice, in_session(session))
    assert error.value.error_type == "active_totp_exists"


@pytest.mark.parametrize("minutes", [4, 1441, -1])
def test_how_long_a_registration_may_wait(minutes: int) -> None:
    alice = member(organization(**STRICT))
    with pytest.raises(ApiError) as error:
        totp.create(member=alice, held=on_the_way(alice), minutes=minutes, now=NOW)
    assert error.value.error_type == "invalid_expiration"


def test_codes_that_can_be_none() -> None:
    alice = member(organization(**STRICT))
    assert refusal("abcd-efgh-2345", alice) == (400, "recovery_code_used_as_totp_code")
    assert refusal("12345", alice) == (400, "invalid_totp_code")
    assert refusal("١٢٣٤٥٦", alice) == (400, "invalid_totp_code")
    assert refusal("123456", alice) == (404, "totp_not_found")


def test_the_first_method_is_the_default_until_another_is_made_it() -> None:
    alice = member(organization(**STRICT))
    session = in_session(with_phone(alice))
    registered = register(alice, session)
    finished = by_app(alice, app_code(registered.secret), session)
    assert finished.member.default_mfa_method == "sms_otp"
    code = app_code(registered.secret, now=later(minutes=1))
    held = on_the_way(alice, now=later(minutes=1))
    finished = by_app(alice, code, held, make_default=True, now=later(minutes=1))
    assert finished.member.default_mfa_method == "totp"


def test_an_app_in_use_elsewhere_comes_along() -> None:
    alice = member(organization(**STRICT))
    secret = pyotp.random_base32()
    spelled = " ".join(secret[at : at + 4] for at in range(0, 32, 4)).lower()
    mine = ("old-code-one", "old-code-two")
    migrated = totp.migrate(member=alice, secret=spelled, codes=mine, now=NOW)
    assert migrated.recovery_codes == mine
    assert by_app(alice, app_code(secret), on_the_way(alice)).session


@pytest.mark.parametrize("secret", ["", "1", "not base32!", "ABCDEFGH", "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄ"])
def test_a_secret_that_is_none(api: Api, secret: str) -> None:
    acme = api.organization(organization_slug="acme")
    who = {"organization_id": "acme", "member_id": api.member(acme, ALICE)["member_id"]}
    response = api.post("/b2b/totp/migrate", **who, secret=secret, recovery_codes=[])
    refused(response, 400, "invalid_totp_secret")


def test_removing_an_app_takes_a_pending_one_and_the_recovery_codes_along() -> None:
    alice = member(organization(**STRICT))
    session, _ = with_app(alice)
    after = member_factors.remove_totp(member=alice, now=NOW)
    assert (after.totp_registration_id, after.default_mfa_method) == ("", "")
    assert not TotpRegistration.objects.exists()
    assert not RecoveryCode.objects.exists()
    register(alice, in_session(session))
    member_factors.remove_totp(member=alice, now=NOW)
    assert not TotpRegistration.objects.exists()


def test_a_recovery_code_survives_while_a_phone_is_left() -> None:
    alice = member(organization(**STRICT))
    session = in_session(with_phone(alice))
    registered = register(alice, session)
    by_app(alice, app_code(registered.secret), session)
    member_factors.remove_totp(member=alice, now=NOW)
    assert RecoveryCode.objects.count() == 10
    member_factors.remove_phone(member=alice, now=NOW)
    assert not RecoveryCode.objects.exists()


def test_the_member_is_told_of_each_change() -> None:
    """(QUALITY 34)"""
    alice = member(organization(**STRICT))
    with_app(alice)
    assert post.newest(ALICE).subject == "An authenticator app was added at “Acme”"
    member_factors.remove_totp(member=today(alice), now=NOW)
    assert post.newest(ALICE).subject == "Your authenticator app was removed at “Acme”"
    with_phone(alice)
    assert post.newest(ALICE).subject == "Your phone number was added at “Acme”"
    member_factors.remove_phone(member=today(alice), now=NOW)
    assert post.newest(ALICE).subject == "Your phone number was removed at “Acme”"
