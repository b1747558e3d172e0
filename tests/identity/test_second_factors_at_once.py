"""The same second factor posted by several at the same moment (QUALITY 28)."""

from collections.abc import Callable

import pytest

from identity.errors import ApiError
from identity.models import Member, MemberSession, SmsCode
from identity.operations import recovery_codes, sms
from identity.operations.sign_in import Finished
from tests import phones
from tests.identity.people import later, member, organization, signed_in
from tests.identity.second_factors import (
    NUMBER,
    VISITOR,
    app_code,
    by_app,
    by_text,
    given,
    on_the_way,
    register,
    text,
    today,
    with_app,
    with_phone,
)
from tests.identity.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def alice() -> Member:
    return member(organization(mfa_policy="REQUIRED_FOR_ALL"))


def answer(call: Callable[[], Finished]) -> str:
    try:
        return call().session_token
    except ApiError as error:
        return error.error_type


def test_one_text_code_is_one_session_and_good_answers(alice: Member) -> None:
    held = on_the_way(alice)
    code = text(alice, held, number=NUMBER)
    answers = at_once(3, lambda: answer(lambda: by_text(alice, code, held)))
    assert len(set(answers)) == 1
    assert MemberSession.objects.count() == 1


def test_one_app_code_is_one_session_and_good_answers(alice: Member) -> None:
    held = on_the_way(alice)
    registered = register(alice, held)
    code = app_code(registered.secret)
    answers = at_once(3, lambda: answer(lambda: by_app(alice, code, held)))
    assert len(set(answers)) == 1
    assert MemberSession.objects.count() == 1


def test_one_recovery_code_by_several_sign_ins_is_one_session(alice: Member) -> None:
    _, registered = with_app(alice)
    code = registered.recovery_codes[0]
    now = later(minutes=1)

    def recover() -> Finished:
        asked = given(today(alice), code, on_the_way(alice, now=now))
        return recovery_codes.recover(given=asked, now=now)[0]

    answers = at_once(3, lambda: answer(recover))
    assert answers.count("unable_to_authenticate_recovery_code") == 2
    assert MemberSession.objects.count() == 2


def test_several_sign_ins_at_once_text_once(alice: Member) -> None:
    with_phone(alice)
    finished = signed_in(today(alice), now=later(minutes=1))
    phones.outbox.clear()
    SmsCode.objects.all().delete()
    told = at_once(3, lambda: sms.begin(finished, visitor=VISITOR, now=later(minutes=1)))
    assert all(each.mfa_required and each.mfa_required.sms_sent for each in told)
    assert len(phones.outbox) == 1


def test_guesses_made_at_once_do_not_slip_past_the_lock(alice: Member) -> None:
    _, registered = with_app(alice)
    right = {int(app_code(registered.secret, now=later(seconds=30 * off))) for off in (-1, 0, 1)}
    wrong = next(f"{code:06d}" for code in range(9) if code not in right)
    answers = at_once(14, lambda: answer(lambda: by_app(alice, wrong, on_the_way(alice))))
    assert answers.count("unable_to_authenticate_totp") <= 10
    assert "user_lock_limit_reached" in answers
