"""Passwords: what is sent (CONTRACT 2.6), and what is made of the answers."""

import pytest

from accounts.client.errors import MemberLocked, PasswordResetRequired, WeakPassword
from accounts.client.outcomes import Authenticated, MfaRequired, PrimaryRequired
from accounts.client.passwords import Strength
from tests.client import samples
from tests.client.listening import answered, is_not_believed, request_of, said
from tests.client.samples import bent

PASSWORDS = "/v1/b2b/passwords"
WHOSE = {"organization_id": "o-1", "email_address": "a@b.example"}
AUTHENTICATED = {**samples.AUTHENTICATED, "organization_id": samples.ORGANIZATION_ID}
MEMBER = {**samples.ENVELOPE, "member_id": samples.MEMBER_ID, "member": samples.MEMBER}
STRENGTH = {
    **samples.ENVELOPE,
    "valid_password": False,
    "score": 1,
    "breached_password": False,
    "strength_policy": "zxcvbn",
    "breach_detection_on_create": False,
    "luds_feedback": None,
    "zxcvbn_feedback": {"warning": "Easy to guess.", "suggestions": ["Add a word."]},
}

CALLS = {
    "authenticate": (
        lambda c: c.passwords.authenticate(
            **WHOSE, password="hunter2", intermediate_token="ist", session_duration_minutes=30
        ),
        (
            "POST",
            f"{PASSWORDS}/authenticate",
            {
                **WHOSE,
                "password": "hunter2",
                "intermediate_session_token": "ist",
                "session_duration_minutes": 30,
            },
        ),
        AUTHENTICATED,
    ),
    "start_reset": (
        lambda c: c.passwords.start_reset(
            **WHOSE,
            redirect_url="http://x/reset",
            login_redirect_url="http://x/back",
            pkce_code_challenge="challenge",
        ),
        (
            "POST",
            f"{PASSWORDS}/email/reset/start",
            {
                **WHOSE,
                "reset_password_redirect_url": "http://x/reset",
                "login_redirect_url": "http://x/back",
                "code_challenge": "challenge",
            },
        ),
        MEMBER,
    ),
    "reset_by_email": (
        lambda c: c.passwords.reset_by_email(
            "link", password="hunter3", pkce_code_verifier="verifier", intermediate_token="ist"
        ),
        (
            "POST",
            f"{PASSWORDS}/email/reset",
            {
                "password_reset_token": "link",
                "password": "hunter3",
                "code_verifier": "verifier",
                "intermediate_session_token": "ist",
            },
        ),
        AUTHENTICATED,
    ),
    "reset_by_existing": (
        lambda c: c.passwords.reset_by_existing(
            **WHOSE, existing_password="hunter2", new_password="hunter3", session_token="token"
        ),
        (
            "POST",
            f"{PASSWORDS}/existing_password/reset",
            {
                **WHOSE,
                "existing_password": "hunter2",
                "new_password": "hunter3",
                "session_token": "token",
            },
        ),
        AUTHENTICATED,
    ),
    "reset_by_session": (
        lambda c: c.passwords.reset_by_session(
            organization_id="o-1",
            password="hunter3",
            session_token="token",
            session_duration_minutes=30,
        ),
        (
            "POST",
            f"{PASSWORDS}/session/reset",
            {
                "organization_id": "o-1",
                "password": "hunter3",
                "session_token": "token",
                "session_duration_minutes": 30,
            },
        ),
        bent(samples.AUTHENTICATED, primary_required=...),
    ),
    "strength": (
        lambda c: c.passwords.strength("hunter2", email_address="a@b.example"),
        (
            "POST",
            f"{PASSWORDS}/strength_check",
            {"password": "hunter2", "email_address": "a@b.example"},
        ),
        STRENGTH,
    ),
    "delete": (
        lambda c: c.passwords.delete(organization_id="o-1", password_id="p-1"),
        ("DELETE", "/v1/b2b/organizations/o-1/members/passwords/p-1", None),
        MEMBER,
    ),
}
SIGN_INS = ["authenticate", "reset_by_email", "reset_by_existing", "reset_by_session"]


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
    assert answered(call, {**answer, "passkey": {"rp": "acme"}}) == answered(call, answer)


@pytest.mark.parametrize("name", SIGN_INS)
def test_each_way_to_sign_in_has_the_same_outcomes(name):
    call, _, _ = CALLS[name]
    assert isinstance(answered(call, samples.AUTHENTICATED), Authenticated)
    assert isinstance(answered(call, samples.MFA_REQUIRED), MfaRequired)
    assert isinstance(answered(call, samples.PRIMARY_REQUIRED), PrimaryRequired)


@pytest.mark.parametrize("name", SIGN_INS)
def test_half_an_outcome_is_none(name):
    """QUALITY 64."""
    is_not_believed(CALLS[name][0], bent(samples.AUTHENTICATED, member_authenticated=...))
    is_not_believed(CALLS[name][0], bent(samples.AUTHENTICATED, member_session=None))
    is_not_believed(CALLS[name][0], samples.STEP)


@pytest.mark.parametrize("name", ["authenticate", "reset_by_existing", "reset_by_session"])
def test_a_step_without_objects_still_knows_its_organization(name):
    """CONTRACT 9.3: an answer may hold ids alone, and we know what we asked for."""
    body = bent(samples.MFA_REQUIRED, member=..., organization=...)
    assert answered(CALLS[name][0], body).organization_id == "o-1"


def test_the_answers_own_organization_counts():
    body = bent(samples.MFA_REQUIRED, member=..., organization=..., organization_id="o-2")
    assert answered(CALLS["authenticate"][0], body).organization_id == "o-2"


def test_no_proof_is_sent_that_was_not_given():
    _, _, body = said(
        lambda c: c.passwords.authenticate(**WHOSE, password="hunter2"), AUTHENTICATED
    )
    assert body == {**WHOSE, "password": "hunter2"}


def test_the_visitors_address_goes_along():
    request = request_of(
        lambda c: c.passwords.authenticate(**WHOSE, password="x", client_ip="203.0.113.7"),
        AUTHENTICATED,
    )
    assert request.headers["X-Foyer-Client-IP"] == "203.0.113.7"


def test_taking_a_password_away_may_be_done_as_a_member():
    request = request_of(
        lambda c: c.passwords.delete(
            organization_id="o-1", password_id="p-1", acting_session_token="token"
        ),
        MEMBER,
    )
    assert request.headers["X-Stytch-Member-Session"] == "token"


@pytest.mark.parametrize(
    ("error_type", "status", "kind"),
    [
        ("user_lock_limit_reached", 429, MemberLocked),
        ("member_reset_password", 400, PasswordResetRequired),
        ("weak_password", 400, WeakPassword),
        ("breached_password", 400, WeakPassword),
    ],
)
def test_a_no_about_passwords_says_which(error_type, status, kind):
    no = {
        "status_code": status,
        "request_id": samples.REQUEST_ID,
        "error_type": error_type,
        "error_message": "hunter2 is bad",
    }
    with pytest.raises(kind) as refused:
        answered(CALLS["authenticate"][0], no, status=status)
    assert type(refused.value) is kind
    assert "hunter" not in repr(refused.value) + str(refused.value)


def test_strength_by_zxcvbn():
    assert answered(CALLS["strength"][0], STRENGTH) == Strength(
        valid=False, score=1, warning="Easy to guess.", suggestions=("Add a word.",)
    )


def test_strength_by_counting_characters():
    luds = {"has_digit": True, "missing_complexity": 2, "missing_characters": 3}
    strength = answered(
        CALLS["strength"][0], {**STRENGTH, "zxcvbn_feedback": None, "luds_feedback": luds}
    )
    assert (strength.missing_characters, strength.missing_complexity) == (3, 2)
    assert (strength.warning, strength.suggestions) == ("", ())


def test_an_empty_password_can_be_judged_too():
    _, _, body = said(lambda c: c.passwords.strength(""), STRENGTH)
    assert body == {"password": ""}


def test_a_breached_password_is_never_valid():
    """Whatever else the answer says (QUALITY 64)."""
    body = {**STRENGTH, "valid_password": True, "breached_password": True}
    strength = answered(CALLS["strength"][0], body)
    assert strength.breached
    assert not strength.valid


@pytest.mark.parametrize(
    "change",
    [
        {"valid_password": None},
        {"valid_password": "true"},
        {"score": "4"},
        {"score": None},
        {"zxcvbn_feedback": []},
        {"zxcvbn_feedback": {"suggestions": "Add a word."}},
    ],
)
def test_a_judgement_of_the_wrong_shape_is_not_believed(change):
    is_not_believed(CALLS["strength"][0], {**STRENGTH, **change})


def test_a_member_says_which_password_is_theirs():
    told = bent(MEMBER, member={**samples.MEMBER, "member_password_id": "p-1"})
    assert answered(CALLS["start_reset"][0], told).password_id == "p-1"
    assert answered(CALLS["start_reset"][0], MEMBER).password_id == ""
