"""The text that a sign-in sends by itself, when it does and when it doesn't (CONTRACT 5.5)."""

import re
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

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


def test_not_to_a_number_nobody_has_proven(api: Api, alice: dict[str, str]) -> None:
    Member.objects.update(mfa_phone_number_verified=False)
    assert initiated(first_step(api)) is None


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
