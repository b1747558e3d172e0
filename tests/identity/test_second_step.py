"""Who may take a second step, by what, and that none of them is a way around another."""

from collections.abc import Callable
from typing import Any

import pytest

from identity.errors import ApiError
from identity.factors import Factor
from identity.models import Member
from identity.operations.mailbox import Held
from tests import phones
from tests.identity.api import Api, refused
from tests.identity.people import NOW, begun, later, member, organization, proof, signed_in
from tests.identity.second_factors import (
    NUMBER,
    app_code,
    by,
    by_app,
    by_text,
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
BOB = "bob@acme.example"
IMPERSONATED = Factor("impersonated", "impersonation", NOW)

Begin = Callable[[Member, Held], Any]


def begin_text(alice: Member, held: Held) -> object:
    return text(alice, held, number=NUMBER)


def begin_app(alice: Member, held: Held) -> object:
    return register(alice, held)


def prove_text(alice: Member, held: Held) -> object:
    return by_text(alice, "000000", held)


def prove_app(alice: Member, held: Held) -> object:
    return by_app(alice, "000000", held)


steps = pytest.mark.parametrize("step", [begin_text, begin_app, prove_text, prove_app])


def refusal(step: Begin, alice: Member, held: Held) -> tuple[int, str]:
    with pytest.raises(ApiError) as error:
        step(alice, held)
    assert not phones.outbox
    return error.value.status_code, error.value.error_type


@steps
def test_nobody_gets_anywhere_without_a_token(step: Begin) -> None:
    """Stricter than the contract, which leaves it optional at first (QUALITY 29)"""
    alice = member(organization(**STRICT))
    assert refusal(step, alice, Held()) == (400, "no_session_arguments")


@steps
def test_nobody_gets_anywhere_with_two_tokens(step: Begin) -> None:
    alice = member(organization(**STRICT))
    finished = signed_in(member(organization("Open")))
    both = Held(finished.session_token, "", begun())
    assert refusal(step, alice, both) == (400, "too_many_session_arguments")


@steps
def test_a_session_of_somebody_else_is_refused(step: Begin) -> None:
    """(QUALITY 29)"""
    acme = organization()
    alice, bob = member(acme), member(acme, BOB)
    refused_with = refusal(step, alice, in_session(signed_in(bob)))
    assert refused_with == (400, "member_session_member_id_mismatch")


@steps
def test_a_session_of_the_same_person_elsewhere_is_refused(step: Begin) -> None:
    """(QUALITY 29)"""
    elsewhere = signed_in(member(organization("Globex")))
    refused_with = refusal(step, member(organization()), in_session(elsewhere))
    assert refused_with == (400, "member_session_member_id_mismatch")


@steps
def test_a_sign_in_of_somebody_else_is_refused(step: Begin) -> None:
    """(QUALITY 29)"""
    acme = organization(**STRICT)
    alice, bob = member(acme), member(acme, BOB)
    refused_with = refusal(step, alice, on_the_way(bob))
    assert refused_with == (400, "invalid_intermediate_session_token_for_organization")


@steps
def test_a_dead_sign_in_is_refused(step: Begin) -> None:
    alice = member(organization(**STRICT))
    held = on_the_way(alice, now=later(minutes=-10))
    assert refusal(step, alice, held) == (404, "intermediate_session_not_found")


@steps
def test_an_impersonated_session_takes_no_factors(step: Begin) -> None:
    alice = member(organization())
    held = in_session(signed_in(alice, proof(), IMPERSONATED))
    assert refusal(step, alice, held) == (403, "session_not_mutable")


@steps
def test_the_primary_factor_comes_first(step: Begin) -> None:
    rules = {"auth_methods": "RESTRICTED", "allowed_auth_methods": ["sso"], **STRICT}
    alice = member(organization(**rules))
    refused_with = refusal(step, alice, on_the_way(alice))
    assert refused_with == (403, "action_available_only_once_primary_authentication_is_met")


@pytest.mark.parametrize(
    ("step", "allowed"),
    [(begin_text, "totp"), (prove_text, "totp"), (begin_app, "sms_otp"), (prove_app, "sms_otp")],
)
def test_a_method_that_is_not_allowed(step: Begin, allowed: str) -> None:
    rules = {"mfa_methods": "RESTRICTED", "allowed_mfa_methods": [allowed], **STRICT}
    alice = member(organization(**rules))
    refused_with = refusal(step, alice, on_the_way(alice))
    assert refused_with == (403, "operation_restricted_by_organization_mfa_methods")


def test_the_one_who_must_get_in_may_use_any() -> None:
    rules = {"mfa_methods": "RESTRICTED", "allowed_mfa_methods": ["totp"], **STRICT}
    assert with_phone(member(organization(**rules), is_breakglass=True)).session


def test_what_a_discovery_began_counts_as_well() -> None:
    alice = member(organization(**STRICT))
    held = by(begun())
    assert by_text(alice, text(alice, held, number=NUMBER), held).session


def test_a_new_factor_beside_an_active_one_takes_a_proof_of_that_one() -> None:
    alice = member(organization(**STRICT))
    session, _ = with_app(alice)
    with pytest.raises(ApiError) as error:
        text(alice, on_the_way(alice), number=NUMBER)
    assert (error.value.status_code, error.value.error_type) == (401, "insufficient_factors")
    assert by_text(alice, text(alice, in_session(session), number=NUMBER), in_session(session))


def test_an_app_beside_an_active_phone_takes_a_proof_of_the_phone() -> None:
    alice = member(organization(**STRICT))
    session = with_phone(alice)
    with pytest.raises(ApiError) as error:
        register(alice, on_the_way(alice))
    assert error.value.error_type == "insufficient_factors"
    assert register(alice, in_session(session)).secret


def test_an_app_begun_before_is_no_way_around_the_phone() -> None:
    """Somebody with the first factor alone begins; then the owner enrols; then they go on."""
    alice = member(organization(**STRICT))
    planted = register(alice, on_the_way(alice))
    with_phone(alice)
    with pytest.raises(ApiError) as error:
        by_app(alice, app_code(planted.secret), on_the_way(alice))
    assert error.value.error_type == "insufficient_factors"
    assert today(alice).totp_registration_id == ""


def test_a_number_begun_before_is_no_way_around_the_app() -> None:
    alice = member(organization(**STRICT))
    planted = on_the_way(alice)
    code = text(alice, planted, number="+14155550666")
    with_app(alice)
    with pytest.raises(ApiError) as error:
        by_text(alice, code, planted)
    assert error.value.error_type == "insufficient_factors"
    assert not today(alice).mfa_phone_number_verified


def test_a_factor_that_is_not_allowed_any_more_can_be_replaced() -> None:
    acme = organization(**STRICT)
    alice = member(acme)
    with_app(alice)
    type(acme).objects.update(mfa_methods="RESTRICTED", allowed_mfa_methods=["sms_otp"])
    assert with_phone(alice).session


def test_without_a_token_no_text_is_sent_over_http(api: Api) -> None:
    """(QUALITY 29)"""
    acme = api.organization(organization_slug="acme")
    alice = api.member(acme, "a@acme.example", mfa_phone_number=NUMBER)
    who = {"organization_id": "acme", "member_id": alice["member_id"]}
    refused(api.post("/b2b/otps/sms/send", **who), 400, "no_session_arguments")
    assert not phones.outbox
