"""Second factors: what is sent (CONTRACT 2.4, 2.5, 2.9), and what is made of the answers."""

import pytest

from accounts.client.errors import Unavailable, WrongCredentials
from accounts.client.outcomes import Authenticated
from tests.client import samples
from tests.client.listening import answered, is_not_believed, request_of, said
from tests.client.samples import bent

B2B = "/v1/b2b"
ONE = f"{B2B}/organizations/o-1/members/m-1"
WHOSE = {"organization_id": "o-1", "member_id": "m-1"}
CODES = ["aaaa-bbbb-cccc", "dddd-eeee-ffff"]
# CONTRACT 2.4: a full session, without any word of intermediate sessions or of MFA
SIGNED_IN = bent(
    samples.AUTHENTICATED,
    member_authenticated=...,
    intermediate_session_token=...,
    mfa_required=...,
    primary_required=...,
)
MEMBER = {**samples.ENVELOPE, "member_id": samples.MEMBER_ID, "member": samples.MEMBER}
TOTP = {
    **MEMBER,
    "totp_registration_id": "totp-test-1",
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "qr_code": "data:image/png;base64,AAAA",
    "recovery_codes": CODES,
}
RECOVERED = {**SIGNED_IN, "recovery_codes_remaining": 9}
KEPT = {**MEMBER, "recovery_codes": CODES}

CALLS = {
    "send_sms": (
        lambda c: c.second_factors.send_sms(**WHOSE, intermediate_token="ist"),
        ("POST", f"{B2B}/otps/sms/send", {**WHOSE, "intermediate_session_token": "ist"}),
        MEMBER,
    ),
    "send_sms to a new phone": (
        lambda c: c.second_factors.send_sms(
            **WHOSE, phone_number="+12025550123", session_token="token"
        ),
        (
            "POST",
            f"{B2B}/otps/sms/send",
            {**WHOSE, "mfa_phone_number": "+12025550123", "session_token": "token"},
        ),
        MEMBER,
    ),
    "authenticate_sms": (
        lambda c: c.second_factors.authenticate_sms(
            **WHOSE, code="123456", intermediate_token="ist", session_duration_minutes=30
        ),
        (
            "POST",
            f"{B2B}/otps/sms/authenticate",
            {
                **WHOSE,
                "code": "123456",
                "intermediate_session_token": "ist",
                "session_duration_minutes": 30,
            },
        ),
        SIGNED_IN,
    ),
    "create_totp": (
        lambda c: c.second_factors.create_totp(**WHOSE, session_token="token"),
        ("POST", f"{B2B}/totp", {**WHOSE, "session_token": "token"}),
        TOTP,
    ),
    "authenticate_totp": (
        lambda c: c.second_factors.authenticate_totp(
            **WHOSE, code="123456", session_token="token", set_default=True, enroll=True
        ),
        (
            "POST",
            f"{B2B}/totp/authenticate",
            {
                **WHOSE,
                "code": "123456",
                "session_token": "token",
                "set_default_mfa": True,
                "set_mfa_enrollment": "enroll",
            },
        ),
        SIGNED_IN,
    ),
    "recover": (
        lambda c: c.second_factors.recover(
            **WHOSE, recovery_code=CODES[0], intermediate_token="ist"
        ),
        (
            "POST",
            f"{B2B}/recovery_codes/recover",
            {**WHOSE, "recovery_code": CODES[0], "intermediate_session_token": "ist"},
        ),
        RECOVERED,
    ),
    "recovery_codes": (
        lambda c: c.second_factors.recovery_codes(**WHOSE),
        ("GET", f"{B2B}/recovery_codes/o-1/m-1", None),
        KEPT,
    ),
    "rotate_recovery_codes": (
        lambda c: c.second_factors.rotate_recovery_codes(**WHOSE),
        ("POST", f"{B2B}/recovery_codes/rotate", WHOSE),
        KEPT,
    ),
    "delete_phone": (
        lambda c: c.second_factors.delete_phone(**WHOSE),
        ("DELETE", f"{B2B}/organizations/o-1/members/mfa_phone_numbers/m-1", None),
        MEMBER,
    ),
    "delete_totp": (
        lambda c: c.second_factors.delete_totp(**WHOSE),
        ("DELETE", f"{ONE}/totp", None),
        MEMBER,
    ),
    "set_default": (
        lambda c: c.second_factors.set_default(**WHOSE, method="totp"),
        ("PUT", ONE, {"default_mfa_method": "totp"}),
        MEMBER,
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_method_sends_what_the_contract_asks_for(name):
    call, expected, answer = CALLS[name]
    assert said(call, answer) == expected


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_that_lacks_everything_is_not_believed(name):
    """QUALITY 64."""
    is_not_believed(CALLS[name][0], {})


@pytest.mark.parametrize("name", CALLS)
def test_a_field_of_the_future_breaks_nothing(name):
    """QUALITY 65."""
    call, _, answer = CALLS[name]
    future = {"passkey": {"rp": "acme"}}
    told = bent(answer, member={**samples.MEMBER, **future}, **future)
    assert answered(call, told) == answered(call, answer)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("send_sms", {}),
        ("authenticate_sms", {"code": "123456"}),
        ("authenticate_totp", {"code": "123456"}),
        ("recover", {"recovery_code": CODES[0]}),
    ],
)
def test_the_visitors_address_goes_along(name, more):
    request = request_of(
        lambda c: getattr(c.second_factors, name)(**WHOSE, **more, client_ip="203.0.113.7"),
        {**RECOVERED, **MEMBER},
    )
    assert request.headers["X-Foyer-Client-IP"] == "203.0.113.7"


@pytest.mark.parametrize("name", ["delete_phone", "delete_totp", "set_default"])
def test_acting_as_a_member_is_a_header(name):
    """So that the service checks the roles of who asks (CONTRACT 1.2)."""
    more = {"method": "totp"} if name == "set_default" else {}
    request = request_of(
        lambda c: getattr(c.second_factors, name)(**WHOSE, **more, acting_session_token="token"),
        MEMBER,
    )
    assert request.headers["X-Stytch-Member-Session"] == "token"


@pytest.mark.parametrize(("enroll", "sent"), [(True, "enroll"), (False, "unenroll"), (None, None)])
def test_enrolment_is_asked_for_or_left_alone(enroll, sent):
    _, _, body = said(
        lambda c: c.second_factors.authenticate_sms(**WHOSE, code="123456", enroll=enroll),
        SIGNED_IN,
    )
    assert body.get("set_mfa_enrollment") == sent
    assert "set_default_mfa" not in body


@pytest.mark.parametrize("name", ["authenticate_sms", "authenticate_totp"])
def test_a_second_factor_ends_in_a_session(name):
    call, _, _ = CALLS[name]
    outcome = answered(call, SIGNED_IN)
    assert isinstance(outcome, Authenticated)
    assert outcome.tokens.session_token == samples.SESSION_TOKEN


@pytest.mark.parametrize("name", ["authenticate_sms", "authenticate_totp", "recover"])
@pytest.mark.parametrize(
    "change",
    [
        {"member_session": None},
        {"session_token": ""},
        {"session_jwt": ""},
        {"member_authenticated": False},
        {"mfa_required": samples.MFA},
        {"primary_required": samples.PRIMARY},
        {"intermediate_session_token": "ist"},
    ],
)
def test_half_a_session_is_none(name, change):
    """Whatever a second factor is answered with, only a whole session lets in (QUALITY 64)."""
    call, _, answer = CALLS[name]
    is_not_believed(call, bent(answer, **change))


def test_a_recovery_code_says_how_many_are_left():
    recovered = answered(CALLS["recover"][0], RECOVERED)
    assert recovered.remaining == 9
    assert recovered.authenticated.session.member_session_id == samples.SESSION_ID


def test_recovery_codes_that_are_all_used_are_an_empty_list():
    assert answered(CALLS["recovery_codes"][0], {**KEPT, "recovery_codes": []}) == ()
    assert answered(CALLS["recovery_codes"][0], KEPT) == tuple(CODES)


@pytest.mark.parametrize("codes", [None, "aaaa-bbbb-cccc", [1], {}])
def test_recovery_codes_of_the_wrong_shape_are_not_believed(codes):
    is_not_believed(CALLS["rotate_recovery_codes"][0], {**KEPT, "recovery_codes": codes})


def test_a_registration_holds_what_an_app_needs():
    registration = answered(CALLS["create_totp"][0], TOTP)
    assert registration.registration_id == "totp-test-1"
    assert registration.secret == TOTP["secret"]
    assert registration.qr_code == TOTP["qr_code"]
    assert registration.recovery_codes == tuple(CODES)


def test_a_registration_shows_none_of_its_secrets():
    """It may end up in a log or an error report (QUALITY 4)."""
    shown = repr(answered(CALLS["create_totp"][0], TOTP))
    assert "totp-test-1" in shown
    for secret in (TOTP["secret"], TOTP["qr_code"], *CODES):
        assert secret not in shown


@pytest.mark.parametrize("qr_code", ["https://evil.example/", "javascript:alert(1)", None])
def test_a_qr_code_is_an_image_or_nothing(qr_code):
    """The secret in text still does."""
    registration = answered(CALLS["create_totp"][0], {**TOTP, "qr_code": qr_code})
    assert registration.qr_code == ""
    assert registration.secret == TOTP["secret"]


@pytest.mark.parametrize("field", ["secret", "totp_registration_id"])
@pytest.mark.parametrize("value", ["", None, 7])
def test_a_registration_without_its_secret_is_none(field, value):
    is_not_believed(CALLS["create_totp"][0], {**TOTP, field: value})


@pytest.mark.parametrize("remaining", [None, "9", True])
def test_a_count_that_is_none_is_not_believed(remaining):
    with pytest.raises(Unavailable):
        answered(CALLS["recover"][0], {**RECOVERED, "recovery_codes_remaining": remaining})


@pytest.mark.parametrize(
    "error_type",
    [
        "otp_code_not_found",
        "unable_to_auth_otp_code",
        "totp_code_already_authenticated",
        "recovery_code_used_as_totp_code",
        "totp_code_used_as_recovery_code",
        "unable_to_authenticate_recovery_code",
    ],
)
def test_a_code_that_is_wrong_used_or_expired(error_type):
    no = {"status_code": 401, "request_id": samples.REQUEST_ID, "error_type": error_type}
    with pytest.raises(WrongCredentials) as wrong:
        answered(CALLS["recover"][0], no, status=401)
    assert CODES[0] not in repr(wrong.value) + str(wrong.value)
