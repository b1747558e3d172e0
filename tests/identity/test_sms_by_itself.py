"""The text that a sign-in sends by itself, when it does and when it doesn't (CONTRACT 5.5)."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.utils import timezone
from pytest_django import Settings
from time_machine import TimeMachineFixture

from identity.models import Member
from identity.operations import limits
from identity.operations.allowances import HOUR
from project.environment import BASE_DIR
from tests import phones
from tests.identity import post
from tests.identity.api import Api
from tests.identity.people import begun
from tests.identity.second_factors import NUMBER

ALICE = "a@acme.example"
VERIFIED = {
    "mfa_phone_number": NUMBER,
    "mfa_phone_number_verified": True,
    "mfa_phone_id": "member-phone-number-test-1",
    "email_address_verified": True,
}


@pytest.fixture
def alice(api: Api) -> dict[str, str]:
    acme = api.organization(organization_slug="acme", mfa_policy="REQUIRED_FOR_ALL")
    created = api.member(acme, ALICE)
    Member.objects.update(**VERIFIED)
    return {"organization_id": "acme", "member_id": created["member_id"]}


def first_step(api: Api, *, organization_id: str = "acme") -> dict[str, Any]:
    who = {"organization_id": organization_id, "email_address": ALICE}
    api.post("/b2b/otps/email/login_or_signup", **who)
    response = api.post("/b2b/otps/email/authenticate", **who, code=post.code(ALICE))
    assert response.status_code == 200, response.content
    return dict(response.json())


def initiated(answer: dict[str, Any]) -> str | None:
    assert answer["member_authenticated"] is False
    said: str | None = answer["mfa_required"]["secondary_auth_initiated"]
    assert bool(said) is bool(phones.outbox)
    return said


def test_a_sign_in_texts_a_code_that_finishes_it(api: Api, alice: dict[str, str]) -> None:
    answer = first_step(api)
    assert initiated(answer) == "sms_otp"
    finished = api.post(
        "/b2b/otps/sms/authenticate",
        **alice,
        code=phones.code(NUMBER),
        intermediate_session_token=answer["intermediate_session_token"],
    )
    assert finished.json()["member_session"]


def test_the_same_post_texts_once_and_says_the_same(api: Api, alice: dict[str, str]) -> None:
    first = first_step(api)
    body = {"organization_id": "acme", "email_address": ALICE, "code": post.code(ALICE)}
    again = api.post("/b2b/otps/email/authenticate", **body).json()
    assert again["mfa_required"] == first["mfa_required"]
    assert again["intermediate_session_token"] == first["intermediate_session_token"]
    assert len(phones.outbox) == 1


def test_an_exchange_texts_too(api: Api, alice: dict[str, str]) -> None:
    home = api.organization("Home", organization_slug="home")
    api.member(home, ALICE)
    session = first_step(api, organization_id="home")
    response = api.post(
        "/b2b/sessions/exchange", organization_id="acme", session_token=session["session_token"]
    )
    assert initiated(response.json()) == "sms_otp"


def test_entering_from_discovery_texts_and_listing_never(api: Api, alice: dict[str, str]) -> None:
    token = begun(ALICE, now=timezone.now())
    listed = api.post("/b2b/discovery/organizations", intermediate_session_token=token).json()
    [found] = listed["discovered_organizations"]
    assert found["mfa_required"]["secondary_auth_initiated"] is None
    assert not phones.outbox
    response = api.post(
        "/b2b/discovery/intermediate_sessions/exchange",
        organization_id="acme",
        intermediate_session_token=token,
    )
    assert initiated(response.json()) == "sms_otp"


def test_to_the_number_that_a_backend_has_set_too(api: Api, alice: dict[str, str]) -> None:
    """Nobody has proven it yet: the text is how that is done."""
    Member.objects.update(mfa_phone_number_verified=False)
    answer = first_step(api)
    assert initiated(answer) == "sms_otp"
    assert phones.outbox[-1].to == NUMBER
    token = {"intermediate_session_token": answer["intermediate_session_token"]}
    other = api.post("/b2b/otps/sms/send", **alice, mfa_phone_number="+14155550000", **token)
    assert other.json()["error_type"] == "mfa_phone_number_already_exists"
    done = api.post("/b2b/otps/sms/authenticate", **alice, code=phones.code(NUMBER), **token)
    assert done.json()["member"]["mfa_phone_number_verified"]


def test_an_app_is_no_way_around_the_number_on_file(api: Api, alice: dict[str, str]) -> None:
    """Nor when it was begun before the number was set."""
    Member.objects.update(mfa_phone_number="", mfa_phone_number_verified=False)
    token = {"intermediate_session_token": first_step(api)["intermediate_session_token"]}
    begun_before = api.post("/b2b/totp", **alice, **token).json()
    Member.objects.update(mfa_phone_number=NUMBER)
    refused = api.post("/b2b/totp", **alice, **token)
    assert (refused.status_code, refused.json()["error_type"]) == (401, "insufficient_factors")
    code = pyotp.TOTP(begun_before["secret"]).now()
    late = api.post("/b2b/totp/authenticate", **alice, code=code, **token)
    assert (late.status_code, late.json()["error_type"]) == (401, "insufficient_factors")


def test_not_to_one_that_is_no_use_beside_an_app(api: Api, alice: dict[str, str]) -> None:
    """Proving it would take the app's code."""
    Member.objects.update(mfa_phone_number_verified=False, totp_registration_id="totp-test-1")
    assert initiated(first_step(api)) is None


def typed(api: Api, alice: dict[str, str], answer: dict[str, Any], number: str) -> str:
    """What the service says to this number, typed in this sign-in."""
    token = answer["intermediate_session_token"]
    sent = api.post(
        "/b2b/otps/sms/send", **alice, mfa_phone_number=number, intermediate_session_token=token
    ).json()
    return str(sent.get("error_type", "")) or str(sent["member"]["mfa_phone_number"])


def test_a_number_typed_in_this_sign_in_may_be_typed_again(
    api: Api, alice: dict[str, str], time_machine: TimeMachineFixture
) -> None:
    Member.objects.update(mfa_phone_number="", mfa_phone_number_verified=False)
    wrong, right = "+14155550000", "+14155550001"
    first = first_step(api)
    assert initiated(first) is None
    assert typed(api, alice, first, wrong) == wrong
    assert typed(api, alice, first, right) == right
    time_machine.move_to(timezone.now() + timedelta(minutes=2), tick=False)
    second = first_step(api)
    assert second["mfa_required"]["secondary_auth_initiated"] is None, "nobody vouches for it"
    assert typed(api, alice, second, wrong) == "mfa_phone_number_already_exists"
    time_machine.move_to(timezone.now() + timedelta(minutes=10), tick=False)
    third = first_step(api)
    assert third["member"]["mfa_phone_number"] == "", "what nobody has proven is forgotten"
    assert third["mfa_required"]["member_options"] is None
    assert typed(api, alice, third, wrong) == wrong


def test_a_proven_number_is_on_file_from_then_on(api: Api, alice: dict[str, str]) -> None:
    Member.objects.update(mfa_phone_number="", mfa_phone_number_verified=False)
    first = first_step(api)
    typed(api, alice, first, NUMBER)
    token = {"intermediate_session_token": first["intermediate_session_token"]}
    api.post("/b2b/otps/sms/authenticate", **alice, code=phones.code(NUMBER), **token)
    second = first_step(api)
    assert typed(api, alice, second, "+14155550000") == "mfa_phone_number_already_exists"


def test_by_their_own_session_nobody_takes_the_number_on_file_away(
    api: Api, alice: dict[str, str]
) -> None:
    """Whoever has the mailbox alone would choose the second factor."""
    api.put("/b2b/organizations/acme", mfa_policy="OPTIONAL")
    Member.objects.update(mfa_phone_number_verified=False)
    acting = {"X-Stytch-Member-Session": first_step(api)["session_token"]}
    path = f"/b2b/organizations/acme/members/mfa_phone_numbers/{alice['member_id']}"
    refusal = api.call("DELETE", path, headers=acting)
    assert (refusal.status_code, refusal.json()["error_type"]) == (401, "insufficient_factors")
    assert Member.objects.get().mfa_phone_number == NUMBER
    assert api.delete(path).status_code == 200, "a backend may"
    member = f"/b2b/organizations/acme/members/{alice['member_id']}"
    assert (
        api.call("PUT", member, {"mfa_phone_number": "+14155550000"}, headers=acting).status_code
        == 200
    )
    assert api.call("DELETE", path, headers=acting).status_code == 200, "it was theirs to type"


def test_not_when_the_default_is_an_app(api: Api, alice: dict[str, str]) -> None:
    Member.objects.update(default_mfa_method="totp", totp_registration_id="totp-test-1")
    assert initiated(first_step(api)) is None


def test_not_where_texts_are_not_allowed(api: Api, alice: dict[str, str]) -> None:
    api.put("/b2b/organizations/acme", mfa_methods="RESTRICTED", allowed_mfa_methods=["totp"])
    assert initiated(first_step(api)) is None


def test_not_while_a_primary_factor_is_missing(api: Api, alice: dict[str, str]) -> None:
    api.put("/b2b/organizations/acme", auth_methods="RESTRICTED", allowed_auth_methods=["sso"])
    answer = first_step(api)
    assert (answer["mfa_required"], phones.outbox) == (None, [])


def test_a_provider_that_is_down_does_not_stop_the_sign_in(
    api: Api, alice: dict[str, str], settings: Settings
) -> None:
    settings.SMS_BACKEND = "tests.phones.NoReception"
    answer = first_step(api)
    assert initiated(answer) is None
    assert answer["intermediate_session_token"]


def test_a_limit_does_not_stop_it_either(
    api: Api, alice: dict[str, str], settings: Settings
) -> None:
    member_id = alice["member_id"]
    limits.spend(key=f"text:{member_id}", limit=1, per=HOUR, now=timezone.now())
    settings.SENDS_PER_ADDRESS = 1
    assert initiated(first_step(api)) is None


def test_every_sign_in_call_answers_in_the_one_place_that_texts() -> None:
    callers = {
        path.name
        for path in (BASE_DIR / "identity" / "api").glob("*.py")
        if re.search(r"wire_sessions\.finished\(", path.read_text())
    }
    assert callers == {"sign_in.py"}
