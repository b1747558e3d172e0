"""Second factors, the real client against the real service: from the first to the last code."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from accounts.client.errors import Forbidden, Rejected, StepExpired, WrongCredentials
from accounts.client.outcomes import Authenticated, MfaRequired
from tests import phones
from tests.client.people import discover, found_acme, with_member

PHONE = "+12025550123"

pytestmark = pytest.mark.django_db


def asked_for_second(identity, **rules):
    """Ada has proven her address to Globex, which wants more."""
    globex = with_member(identity, "globex", mfa_policy="REQUIRED_FOR_ALL", **rules)
    step = discover(identity).intermediate
    outcome = identity.discovery.exchange(step.token, organization_id=globex.organization_id)
    assert isinstance(outcome, MfaRequired)
    return outcome


def again(identity, whose):
    step = discover(identity).intermediate
    return identity.discovery.exchange(step.token, organization_id=whose["organization_id"])


def whose(outcome):
    if isinstance(outcome, MfaRequired):
        return {"organization_id": outcome.organization_id, "member_id": outcome.member_id}
    session = outcome.session
    return {"organization_id": session.organization_id, "member_id": session.member_id}


def with_totp(identity):
    """Ada enrols an app on her way into Globex."""
    step = asked_for_second(identity)
    token = step.intermediate.token
    registration = identity.second_factors.create_totp(**whose(step), intermediate_token=token)
    outcome = identity.second_factors.authenticate_totp(
        **whose(step), code=pyotp.TOTP(registration.secret).now(), intermediate_token=token
    )
    return registration, outcome


def kinds(outcome):
    return [(factor.type, factor.delivery_method) for factor in outcome.session.factors]


def test_a_phone_is_enrolled_on_the_way_in(identity):
    step = asked_for_second(identity)
    held = {**whose(step), "intermediate_token": step.intermediate.token}
    member = identity.second_factors.send_sms(**held, phone_number=PHONE)
    assert (member.mfa_phone_number, member.mfa_phone_number_verified) == (PHONE, False)
    outcome = identity.second_factors.authenticate_sms(
        **held, code=phones.code(PHONE), session_duration_minutes=30
    )
    assert isinstance(outcome, Authenticated)
    assert ("otp", "sms") in kinds(outcome)
    assert outcome.member.mfa_phone_number_verified
    assert outcome.member.default_mfa_method == "sms_otp"
    assert outcome.tokens.expires_at - datetime.now(UTC) < timedelta(minutes=31)


def test_the_next_time_a_text_is_sent_by_itself(identity):
    step = asked_for_second(identity)
    held = {**whose(step), "intermediate_token": step.intermediate.token}
    identity.second_factors.send_sms(**held, phone_number=PHONE)
    identity.second_factors.authenticate_sms(**held, code=phones.code(PHONE))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        step = again(identity, whose(step))
        assert (step.sms_sent, step.phone) == (True, "XXXXXXX0123")
        outcome = identity.second_factors.authenticate_sms(
            **whose(step), code=phones.code(PHONE), intermediate_token=step.intermediate.token
        )
    assert isinstance(outcome, Authenticated)


def test_a_wrong_text_code_leaves_the_step_alive(identity):
    step = asked_for_second(identity)
    held = {**whose(step), "intermediate_token": step.intermediate.token}
    identity.second_factors.send_sms(**held, phone_number=PHONE)
    right = phones.code(PHONE)
    with pytest.raises(WrongCredentials):
        identity.second_factors.authenticate_sms(
            **held, code="000000" if right != "000000" else "000001"
        )
    assert identity.second_factors.authenticate_sms(**held, code=right)


def test_an_app_is_enrolled_on_the_way_in(identity):
    registration, outcome = with_totp(identity)
    assert registration.qr_code.startswith("data:image/")
    assert len(set(registration.recovery_codes)) == len(registration.recovery_codes) > 0
    assert ("totp", "authenticator_app") in kinds(outcome)
    assert outcome.member.totp_registration_id == registration.registration_id
    assert outcome.member.default_mfa_method == "totp"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        step = again(identity, whose(outcome))
        assert (step.totp_enrolled, step.sms_sent) == (True, False)


def test_a_code_of_the_app_lets_in_once(identity):
    registration, outcome = with_totp(identity)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        step, other = again(identity, whose(outcome)), again(identity, whose(outcome))
        code = pyotp.TOTP(registration.secret).now()
        identity.second_factors.authenticate_totp(
            **whose(step), code=code, intermediate_token=step.intermediate.token
        )
        with pytest.raises(WrongCredentials):
            identity.second_factors.authenticate_totp(
                **whose(other), code=code, intermediate_token=other.intermediate.token
            )


def test_a_step_that_is_over_takes_no_code(identity):
    registration, outcome = with_totp(identity)
    with pytest.raises(StepExpired):
        identity.second_factors.authenticate_totp(
            **whose(outcome),
            code=pyotp.TOTP(registration.secret).now(),
            intermediate_token="u" * 44,
        )


def test_a_recovery_code_counts_down(identity):
    registration, outcome = with_totp(identity)
    step = again(identity, whose(outcome))
    recovered = identity.second_factors.recover(
        **whose(step),
        recovery_code=registration.recovery_codes[0],
        intermediate_token=step.intermediate.token,
    )
    assert recovered.remaining == len(registration.recovery_codes) - 1
    assert ("recovery_codes", "recovery_code") in kinds(recovered.authenticated)
    left = identity.second_factors.recovery_codes(**whose(outcome))
    assert set(left) == set(registration.recovery_codes[1:])


def test_a_wrong_recovery_code_is_wrong_credentials(identity):
    _, outcome = with_totp(identity)
    step = again(identity, whose(outcome))
    with pytest.raises(WrongCredentials):
        identity.second_factors.recover(
            **whose(step),
            recovery_code="aaaa-bbbb-cccc",
            intermediate_token=step.intermediate.token,
        )


def test_rotated_recovery_codes_are_others(identity):
    registration, outcome = with_totp(identity)
    rotated = identity.second_factors.rotate_recovery_codes(**whose(outcome))
    assert len(rotated) == len(registration.recovery_codes)
    assert not set(rotated) & set(registration.recovery_codes)
    assert set(identity.second_factors.recovery_codes(**whose(outcome))) == set(rotated)


def test_a_second_factor_joins_a_session(identity):
    outcome = found_acme(identity)
    held = {**whose(outcome), "session_token": outcome.tokens.session_token}
    registration = identity.second_factors.create_totp(**held)
    stepped_up = identity.second_factors.authenticate_totp(
        **held, code=pyotp.TOTP(registration.secret).now(), enroll=True
    )
    assert stepped_up.session.member_session_id == outcome.session.member_session_id
    assert {kind for kind, _ in kinds(stepped_up)} == {"email_otp", "totp"}
    assert stepped_up.member.mfa_enrolled


def test_the_default_is_one_of_those_enrolled(identity):
    _, outcome = with_totp(identity)
    held = {**whose(outcome), "session_token": outcome.tokens.session_token}
    with pytest.raises(Rejected) as no:
        identity.second_factors.set_default(**whose(outcome), method="sms_otp")
    assert no.value.error_type == "default_mfa_member_missing_factor"
    identity.second_factors.send_sms(**held, phone_number=PHONE)
    stepped_up = identity.second_factors.authenticate_sms(
        **held, code=phones.code(PHONE), set_default=True
    )
    assert stepped_up.member.default_mfa_method == "sms_otp"
    member = identity.second_factors.set_default(**whose(outcome), method="totp")
    assert member.default_mfa_method == "totp"


def test_factors_are_taken_away(identity):
    _, outcome = with_totp(identity)
    held = {**whose(outcome), "session_token": outcome.tokens.session_token}
    identity.second_factors.send_sms(**held, phone_number=PHONE)
    assert identity.second_factors.delete_phone(**whose(outcome)).mfa_phone_number == ""
    assert identity.second_factors.delete_totp(**whose(outcome)).totp_registration_id == ""


def test_a_method_that_is_not_allowed_is_forbidden(identity):
    step = asked_for_second(identity, mfa_methods="RESTRICTED", allowed_mfa_methods=["totp"])
    with pytest.raises(Forbidden):
        identity.second_factors.send_sms(
            **whose(step), phone_number=PHONE, intermediate_token=step.intermediate.token
        )
    assert phones.outbox == []
