"""Codes by text: sent, proven, used up, and what they make of the member (CONTRACT 2.4)."""

from typing import Any

import pytest
from pytest_django import Settings

from identity.errors import ApiError
from identity.models import AuditEvent, IntermediateSession, SmsCode
from identity.operations import members, sms
from identity.visitors import Visitor
from tests import phones
from tests.identity.api import Api, refused
from tests.identity.people import NOW, later, member, organization, signed_in
from tests.identity.post import wrong
from tests.identity.second_factors import (
    NUMBER,
    by_text,
    in_session,
    on_the_way,
    text,
    today,
    with_phone,
)

pytestmark = pytest.mark.django_db
STRICT = {"mfa_policy": "REQUIRED_FOR_ALL"}


def error_of(error: pytest.ExceptionInfo[ApiError]) -> tuple[int, str]:
    return error.value.status_code, error.value.error_type


def test_a_number_is_linked_by_sending_and_verified_by_its_code() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    code = text(alice, held, number=NUMBER)
    sent = today(alice)
    assert (sent.mfa_phone_number, sent.mfa_phone_number_verified) == (NUMBER, False)
    finished = by_text(alice, code, held)
    assert finished.session
    assert finished.member.mfa_phone_number_verified
    factor = finished.session.factors[-1].to_wire()
    assert (factor["type"], factor["delivery_method"]) == ("otp", "sms")
    assert factor["sequence_order"] == "SECONDARY"
    assert factor["phone_number_factor"]["phone_number"] == NUMBER
    assert factor["phone_number_factor"]["phone_id"].startswith("member-phone-number-test-")


def test_sending_consumes_nothing_and_proving_consumes_the_sign_in() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    text(alice, held, number=NUMBER)
    code = text(alice, held)
    by_text(alice, code, held)
    with pytest.raises(ApiError) as error:
        text(alice, held)
    assert error_of(error) == (404, "intermediate_session_not_found")
    assert IntermediateSession.objects.get().consumed_at


def test_a_session_gets_the_factor_added_and_a_new_token() -> None:
    alice = member(organization())
    before = signed_in(alice)
    after = by_text(alice, text(alice, in_session(before), number=NUMBER), in_session(before))
    assert before.session
    assert after.session
    assert after.session.pk == before.session.pk
    assert after.session_token != before.session_token
    assert [factor.type for factor in after.session.factors] == ["email_otp", "otp"]


def test_a_failed_code_does_not_consume_the_sign_in() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    code = text(alice, held, number=NUMBER)
    with pytest.raises(ApiError) as error:
        by_text(alice, wrong(code), held)
    assert error_of(error) == (404, "otp_code_not_found")
    assert by_text(alice, code, held).session


def test_only_the_newest_code_works_and_only_for_two_minutes() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    first = text(alice, held, number=NUMBER)
    newest = text(alice, held)
    if first != newest:
        with pytest.raises(ApiError):
            by_text(alice, first, held)
    with pytest.raises(ApiError) as error:
        by_text(alice, newest, held, now=later(minutes=2))
    assert error_of(error) == (401, "unable_to_auth_otp_code")
    assert by_text(alice, newest, held, now=later(minutes=1, seconds=59)).session


def test_a_code_is_dead_after_five_wrong_tries() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    code = text(alice, held, number=NUMBER)
    for _ in range(5):
        with pytest.raises(ApiError):
            by_text(alice, wrong(code), held)
    with pytest.raises(ApiError) as error:
        by_text(alice, code, held)
    assert error_of(error) == (401, "unable_to_auth_otp_code")


def test_the_same_post_within_seconds_gets_the_same_answer() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    code = text(alice, held, number=NUMBER)
    first = by_text(alice, code, held)
    again = by_text(alice, code, held, now=later(seconds=9))
    assert again.session_token == first.session_token
    with pytest.raises(ApiError) as error:
        by_text(alice, code, held, now=later(seconds=11))
    assert error_of(error) == (404, "intermediate_session_not_found")


def test_the_same_code_by_another_sign_in_is_used() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    code = text(alice, held, number=NUMBER)
    by_text(alice, code, held)
    with pytest.raises(ApiError) as error:
        by_text(alice, code, on_the_way(alice), now=later(seconds=1))
    assert error_of(error) == (401, "unable_to_auth_otp_code")


def test_a_code_does_not_prove_the_number_that_replaced_its_own() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    code = text(alice, held, number=NUMBER)
    type(alice).objects.update(mfa_phone_number="+14155550000")
    with pytest.raises(ApiError) as error:
        by_text(alice, code, held)
    assert error_of(error) == (401, "unable_to_auth_otp_code")


def test_another_number_than_the_stored_one_is_refused_and_none_is_asked_for() -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice)
    with pytest.raises(ApiError) as error:
        text(alice, held)
    assert error_of(error) == (400, "missing_mfa_phone_number")
    members.update(member=alice, changes={"mfa_phone_number": NUMBER}, now=NOW)
    with pytest.raises(ApiError) as error:
        text(alice, held, number="+14155550000")
    assert error_of(error) == (400, "mfa_phone_number_already_exists")
    assert not phones.outbox


def test_nobody_is_told_that_a_colleague_has_the_number() -> None:
    acme = organization(**STRICT)
    with_phone(member(acme))
    bob = member(acme, "bob@acme.example")
    assert text(bob, on_the_way(bob), number=NUMBER)


@pytest.mark.parametrize(
    ("policy", "asked", "enrolled"),
    [
        ("REQUIRED_FOR_ALL", "", True),
        ("REQUIRED_FOR_ALL", "unenroll", True),
        ("OPTIONAL", "", False),
        ("OPTIONAL", "enroll", True),
    ],
)
def test_enrolment_is_automatic_where_required_and_asked_for_elsewhere(
    policy: str, asked: str, enrolled: bool
) -> None:
    alice = member(organization(mfa_policy=policy))
    held = on_the_way(alice)
    finished = by_text(alice, text(alice, held, number=NUMBER), held, enrollment=asked)
    assert finished.member.mfa_enrolled is enrolled
    assert finished.member.default_mfa_method == "sms_otp"


def test_unenrolling_under_an_optional_policy() -> None:
    alice = member(organization(), mfa_enrolled=True)
    with_phone(alice)
    held = on_the_way(alice, now=later(minutes=1))
    code = text(alice, held, now=later(minutes=1))
    finished = by_text(alice, code, held, enrollment="unenroll", now=later(minutes=1))
    assert finished.member.mfa_enrolled is False


def test_only_the_keyed_hash_of_a_code_is_stored() -> None:
    alice = member(organization(**STRICT))
    code = text(alice, on_the_way(alice), number=NUMBER)
    row = SmsCode.objects.values().get()
    assert code not in {str(value) for value in row.values()}


def test_texts_have_limits_by_member_and_number(settings: Settings) -> None:
    settings.SENDS_PER_ADDRESS = 2
    acme = organization(**STRICT)
    alice, bob = member(acme), member(acme, "bob@acme.example")
    held = on_the_way(alice)
    text(alice, held, number=NUMBER)
    text(alice, held)
    with pytest.raises(ApiError) as error:
        text(alice, held)
    assert error_of(error) == (429, "too_many_requests")
    with pytest.raises(ApiError) as error:
        text(bob, on_the_way(bob), number=NUMBER)
    assert error_of(error) == (429, "too_many_requests")
    assert today(bob).mfa_phone_number == ""


def test_a_provider_that_is_down_leaves_nothing_behind(settings: Settings) -> None:
    alice = member(organization(**STRICT))
    settings.SMS_BACKEND = "tests.phones.NoReception"
    with pytest.raises(ApiError):
        text(alice, on_the_way(alice), number=NUMBER)
    assert today(alice).mfa_phone_number == ""
    assert not SmsCode.objects.exists()


def test_sending_and_proving_are_on_record_without_number_or_code() -> None:
    alice = member(organization(**STRICT))
    with_phone(alice)
    events = AuditEvent.objects.filter(factor="sms_otp").values_list("action", "outcome")
    assert set(events) == {("otp.send", "success"), ("second_factor.authenticate", "success")}
    assert NUMBER not in str(list(AuditEvent.objects.values("details")))


@pytest.mark.parametrize("number", ["0815", "+1", "+1415555CALL", "+49", "tel:+14155551234", 1])
def test_what_is_no_number_is_refused(api: Api, number: Any) -> None:
    acme = api.organization(organization_slug="acme")
    alice = api.member(acme, "a@acme.example")
    who = {"organization_id": "acme", "member_id": alice["member_id"]}
    response = api.post("/b2b/otps/sms/send", **who, mfa_phone_number=number)
    refused(response, 400, "invalid_phone_number")


def test_a_number_is_kept_in_one_spelling(api: Api) -> None:
    acme = api.organization(organization_slug="acme")
    alice = api.member(acme, "a@acme.example", mfa_phone_number="+1 (415) 555-1234")
    assert alice["mfa_phone_number"] == NUMBER


def test_a_premium_number_is_refused(api: Api) -> None:
    """Somebody would be paid for each text."""
    acme = api.organization(organization_slug="acme")
    path = f"/b2b/organizations/{acme['organization_id']}/members"
    response = api.post(path, email_address="a@acme.example", mfa_phone_number="+449012345678")
    refused(response, 400, "invalid_phone_number")


def test_texts_end_for_a_country_and_for_the_project(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """However many made-up members and clients: each text costs. Told of at 80 %."""
    settings.TEXTS_PER_COUNTRY, settings.TEXTS_PER_PROJECT = 5, 8
    outcomes = [sent_to(number, n) for n, number in enumerate(made_up("+1206555"))]
    assert outcomes == ["sent"] * 5 + ["too_many_requests"] * 5
    outcomes = [sent_to(number, 20 + n) for n, number in enumerate(made_up("+491761234"))]
    assert outcomes == ["sent"] * 3 + ["too_many_requests"] * 7
    lines = [each.getMessage() for each in caplog.records if "80 %" in each.getMessage()]
    assert lines == ["limit at 80 %: text-1-US", "limit at 80 %: text"]


def test_made_up_members_use_up_no_proven_number_s_texts(settings: Settings) -> None:
    settings.TEXTS_PER_COUNTRY, settings.TEXTS_PER_PROJECT = 5, 5
    alice = member(organization(**STRICT))
    with_phone(alice)
    for n, number in enumerate(made_up("+1206555")):
        sent_to(number, n)
    assert text(alice, on_the_way(alice))


def test_strangers_use_up_no_proven_number(settings: Settings) -> None:
    """They enrol it with members of their own; its owner still gets texts."""
    settings.SENDS_PER_ADDRESS = 3
    alice = member(organization(**STRICT))
    with_phone(alice)
    for n in range(12):
        sent_to(NUMBER, n)
    assert text(alice, on_the_way(alice))


def made_up(prefix: str) -> list[str]:
    return [f"{prefix}{n}" for n in range(1000, 1010)]


def sent_to(number: str, n: int) -> str:
    """By a member of somebody's own, from a client of its own."""
    made = member(organization(**STRICT, organization_slug=f"made-up-{n}"), f"m{n}@acme.example")
    try:
        sms.send(
            member=made,
            phone_number=number,
            held=on_the_way(made),
            visitor=Visitor(f"198.51.100.{n}"),
            now=NOW,
        )
    except ApiError as error:
        return error.error_type
    return "sent"
