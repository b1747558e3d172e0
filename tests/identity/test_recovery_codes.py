"""Recovery codes: minted, shown, used once each, rotated (CONTRACT 1.6, 2.5)."""

import re

import pytest

from identity.errors import ApiError
from identity.models import AuditEvent, Member, RecoveryCode
from identity.operations import recovery_codes
from identity.operations.mailbox import Held
from identity.operations.sign_in import Finished
from tests.identity import post
from tests.identity.people import ALICE, NOW, later, member, organization
from tests.identity.second_factors import (
    given,
    in_session,
    on_the_way,
    register,
    today,
    with_app,
    with_phone,
)

pytestmark = pytest.mark.django_db
STRICT = {"mfa_policy": "REQUIRED_FOR_ALL"}
WRONG = (401, "unable_to_authenticate_recovery_code")


def recover(
    alice: Member, code: str, held: Held | None = None, *, now: object = NOW
) -> tuple[Finished, int]:
    asked = given(today(alice), code, held or on_the_way(alice))
    return recovery_codes.recover(given=asked, now=now)  # type: ignore[arg-type]


def refusal(alice: Member, code: str, *, now: object = NOW) -> tuple[int, str]:
    with pytest.raises(ApiError) as error:
        recover(alice, code, now=now)
    return error.value.status_code, error.value.error_type


def test_ten_come_with_the_first_app() -> None:
    _, registered = with_app(member(organization(**STRICT)))
    assert len(set(registered.recovery_codes)) == 10
    assert all(re.fullmatch(r"(\w{4}-){2}\w{4}", code) for code in registered.recovery_codes)
    assert all(code == code.lower() for code in registered.recovery_codes)


def test_each_works_once_and_is_counted_down() -> None:
    alice = member(organization(**STRICT))
    _, registered = with_app(alice)
    first, second, *_ = registered.recovery_codes
    finished, left = recover(alice, first)
    assert left == 9
    assert finished.session
    factor = finished.session.factors[-1].to_wire()
    assert (factor["type"], factor["delivery_method"]) == ("recovery_codes", "recovery_code")
    assert factor["recovery_code_factor"]["totp_recovery_code_id"]
    assert refusal(alice, first) == WRONG
    assert recover(alice, second)[1] == 8
    assert recovery_codes.listed(alice, now=NOW) == registered.recovery_codes[2:]


def test_the_same_post_within_seconds_gets_the_same_answer() -> None:
    alice = member(organization(**STRICT))
    _, registered = with_app(alice)
    held = on_the_way(alice)
    first, left = recover(alice, registered.recovery_codes[0], held)
    again, still = recover(alice, registered.recovery_codes[0], held, now=later(seconds=9))
    assert (again.session_token, still) == (first.session_token, left)


def test_as_people_type_it_from_paper() -> None:
    alice = member(organization(**STRICT))
    _, registered = with_app(alice)
    assert recover(alice, registered.recovery_codes[0].upper().replace("-", " "))[0].session


@pytest.mark.parametrize("code", ["", "---", "aaaa-aaaa-aaaa", "x" * 64])
def test_a_wrong_one(code: str) -> None:
    alice = member(organization(**STRICT))
    with_app(alice)
    assert refusal(alice, code) == WRONG


def test_what_is_none() -> None:
    alice = member(organization(**STRICT))
    assert refusal(alice, "123456") == (400, "totp_code_used_as_recovery_code")
    assert refusal(alice, "aaaa-aaaa-aaaa") == (404, "recovery_codes_not_found")


def test_those_of_a_pending_app_open_nothing() -> None:
    """Whoever has the first factor alone gets codes; they must not outlive somebody's phone."""
    alice = member(organization(**STRICT))
    planted = register(alice, on_the_way(alice))
    with_phone(alice)
    assert recovery_codes.listed(alice, now=NOW) == ()
    assert refusal(alice, planted.recovery_codes[0])[1] == "recovery_codes_not_found"


def test_they_are_allowed_as_the_app_is() -> None:
    acme = organization(**STRICT)
    alice = member(acme)
    _, registered = with_app(alice)
    type(acme).objects.update(mfa_methods="RESTRICTED", allowed_mfa_methods=["sms_otp"])
    refused_with = refusal(alice, registered.recovery_codes[0])
    assert refused_with == (403, "operation_restricted_by_organization_mfa_methods")


def test_a_session_gets_the_factor_added() -> None:
    alice = member(organization(**STRICT))
    session, registered = with_app(alice)
    finished, _ = recover(alice, registered.recovery_codes[0], in_session(session))
    assert finished.session
    assert session.session
    assert finished.session.pk == session.session.pk


def test_rotating_replaces_all_of_them() -> None:
    alice = member(organization(**STRICT))
    _, registered = with_app(alice)
    rotated = recovery_codes.rotate(alice, now=NOW)
    assert set(rotated).isdisjoint(registered.recovery_codes)
    assert refusal(alice, registered.recovery_codes[0]) == WRONG
    assert recover(alice, rotated[0])[1] == 9


def test_rotating_takes_something_that_they_stand_in_for() -> None:
    with pytest.raises(ApiError) as error:
        recovery_codes.rotate(member(organization()), now=NOW)
    assert error.value.error_type == "no_active_recovery_code_backed_factor"


def test_they_are_sealed_in_the_database() -> None:
    _, registered = with_app(member(organization(**STRICT)))
    stored = b"".join(bytes(row.code_sealed) for row in RecoveryCode.objects.all())
    assert not any(code.encode() in stored for code in registered.recovery_codes)


def test_using_and_reading_and_rotating_are_on_record_and_told() -> None:
    """(QUALITY 34)"""
    alice = member(organization(**STRICT))
    _, registered = with_app(alice)
    recover(alice, registered.recovery_codes[0])
    assert post.newest(ALICE).subject == "A recovery code was used at “Acme”"
    recovery_codes.listed(alice, now=NOW)
    recovery_codes.rotate(alice, now=NOW)
    assert post.newest(ALICE).subject == "You have new recovery codes at “Acme”"
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"recovery_codes.read", "recovery_codes.rotate"} <= actions
    assert AuditEvent.objects.filter(factor="recovery_codes", outcome="success").exists()
