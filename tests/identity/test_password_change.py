"""A new password by the old one, or by a session with a fresh factor."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from identity import password_hash
from identity.errors import ApiError
from identity.models import IntermediateSession, Member, MemberSession, Password
from identity.operations import kept_passwords
from identity.operations.password_change import New, change
from identity.operations.presented import Nobody
from identity.operations.sign_in import Terms
from tests.identity import post
from tests.identity.api import Api, refused
from tests.identity.password_calls import (
    ADA,
    BETTER,
    BY_SESSION,
    GOOD,
    WEAK,
    authenticate,
    by_existing,
    by_session,
    is_alive,
    reset,
    start,
    with_password,
)


@pytest.fixture
def acme(api: Api, settings: Settings) -> dict[str, Any]:
    settings.PUBLIC_URL = "https://app.example"
    return api.organization()


@pytest.fixture
def ada(api: Api, acme: dict[str, Any]) -> dict[str, Any]:
    """What setting the first password answered."""
    api.member(acme, ADA)
    return with_password(api, acme)


def organization(acme: dict[str, Any]) -> str:
    return f"/b2b/organizations/{acme['organization_id']}"


def test_the_old_password_gives_a_new_one(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    body = by_existing(api, acme, session_duration_minutes=30).json()
    assert (body["member_authenticated"], body["member_id"]) == (True, ada["member_id"])
    assert body["member"]["member_password_id"] == ada["member"]["member_password_id"]
    assert not is_alive(api, ada["session_token"])
    assert is_alive(api, body["session_token"])
    refused(authenticate(api, acme), 401, "unauthorized_credentials")
    assert authenticate(api, acme, BETTER).status_code == 200
    assert post.newest(ADA).subject == "Your password was changed at “Acme”"


def test_a_wrong_old_password_none_and_nobody_are_one_answer(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 24): whether the new one is any good is told to who knows the old one only."""
    api.member(acme, "bare@acme.example")
    bodies = []
    for address in (ADA, "bare@acme.example", "nobody@acme.example"):
        response = by_existing(api, acme, BETTER, WEAK, email_address=address)
        body = refused(response, 401, "unauthorized_credentials")
        bodies.append({**body, "request_id": ""})
    assert bodies[0] == bodies[1] == bodies[2]


def test_a_weak_new_password_leaves_everything_as_it_was(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    refused(by_existing(api, acme, new=WEAK), 400, "weak_password")
    refused(by_session(api, acme, ada["session_token"], WEAK), 400, "weak_password")
    assert is_alive(api, ada["session_token"])
    assert authenticate(api, acme).status_code == 200


def test_the_old_password_is_not_enough_where_more_is_asked(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    api.put(organization(acme), mfa_policy="REQUIRED_FOR_ALL")
    body = by_existing(api, acme).json()
    assert (body["member_authenticated"], body["session_token"]) == (False, "")
    assert not is_alive(api, ada["session_token"])
    assert IntermediateSession.objects.filter(consumed_at=None).count() == 1


def test_the_own_session_waives_the_second_factor_and_is_renewed(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """CONTRACT 5.3, (QUALITY 31)"""
    api.put(organization(acme), mfa_policy="REQUIRED_FOR_ALL")
    body = by_existing(api, acme, session_token=ada["session_token"]).json()
    assert body["member_authenticated"] is True
    assert not is_alive(api, ada["session_token"])
    assert MemberSession.objects.filter(revoked_at=None).count() == 1


def test_where_passwords_are_not_allowed_none_is_changed(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    api.put(organization(acme), auth_methods="RESTRICTED", allowed_auth_methods=["email_otp"])
    no = (403, "operation_restricted_by_organization_auth_methods")
    refused(by_existing(api, acme), *no)
    refused(by_session(api, acme, ada["session_token"]), *no)


def test_a_password_that_changed_on_the_way_is_the_old_one(ada: dict[str, Any]) -> None:
    """Found right, and by the time of the transaction replaced by somebody else."""
    member = Member.objects.select_related("organization").get(pk=ada["member_id"])
    new = New(password_hash.made(BETTER), was=kept_passwords.of(member))
    Password.objects.update(hashed="another")
    with pytest.raises(ApiError) as error:
        change(new, member=member, by=Nobody(), terms=Terms(), now=timezone.now())
    assert error.value.error_type == "unauthorized_credentials"
    assert Password.objects.get().hashed == "another"
    assert is_alive(Api(), ada["session_token"])


def test_a_fresh_session_sets_a_password(api: Api, acme: dict[str, Any]) -> None:
    api.member(acme, ADA)
    where = {"organization_id": acme["organization_id"], "email_address": ADA}
    api.post("/b2b/otps/email/login_or_signup", **where)
    code = {**where, "code": post.code(ADA)}
    before = api.post("/b2b/otps/email/authenticate", **code).json()
    body = by_session(api, acme, before["session_token"]).json()
    factors = body["member_session"]["authentication_factors"]
    assert [factor["type"] for factor in factors] == ["email_otp", "password"]
    assert (
        body["member_session"]["member_session_id"]
        == (before["member_session"]["member_session_id"])
    )
    assert body["member"]["member_password_id"]
    assert "primary_required" not in body
    assert authenticate(api, acme, BETTER).status_code == 200


def test_all_other_sessions_end(api: Api, acme: dict[str, Any], ada: dict[str, Any]) -> None:
    """CONTRACT 2.6, (QUALITY 43)"""
    other = authenticate(api, acme).json()["session_token"]
    after = by_session(api, acme, ada["session_token"]).json()["session_token"]
    assert [is_alive(api, each) for each in (other, ada["session_token"], after)] == [
        False, False, True,
    ]  # fmt: skip


def test_a_session_older_than_five_minutes_sets_none(api: Api, acme: dict[str, Any]) -> None:
    """CONTRACT 8.1, (QUALITY 49)"""
    api.member(acme, ADA)
    with time_machine.travel("2026-05-01T12:00:00Z", tick=False) as clock:
        before = with_password(api, acme)["session_token"]
        clock.shift(timedelta(minutes=5))
        after = by_session(api, acme, before).json()["session_token"]
        clock.shift(timedelta(minutes=5, seconds=1))
        refused(by_session(api, acme, after, GOOD), 400, "session_too_old_to_reset_password")
        assert authenticate(api, acme, BETTER, session_token=after).status_code == 200


def test_a_proof_of_an_earlier_address_is_not_fresh(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    path = f"{organization(acme)}/members/{ada['member_id']}"
    api.put(path, email_address="new@acme.example")
    response = by_session(api, acme, ada["session_token"])
    refused(response, 400, "session_too_old_to_reset_password")


def test_a_session_of_another_organization_sets_none(
    api: Api, acme: dict[str, Any], ada: dict[str, Any]
) -> None:
    """(QUALITY 53)"""
    globex = api.organization("Globex")
    refused(by_session(api, globex, ada["session_token"]), 404, "session_not_found")
    assert is_alive(api, ada["session_token"])


def test_exactly_one_session_is_named(api: Api, acme: dict[str, Any], ada: dict[str, Any]) -> None:
    body = {"organization_id": acme["organization_id"], "password": BETTER}
    refused(api.post(BY_SESSION, **body), 400, "no_session_arguments")
    both = {"session_token": ada["session_token"], "session_jwt": ada["session_jwt"]}
    refused(api.post(BY_SESSION, **body, **both), 400, "too_many_session_arguments")
    assert api.post(BY_SESSION, **body, session_jwt=ada["session_jwt"]).status_code == 200


def test_a_password_is_worth_nothing_in_another_organization(
    api: Api, acme: dict[str, Any]
) -> None:
    """CONTRACT 5.6: not even one just set by mail, which leads to the step that is missing."""
    api.member(acme, ADA)
    globex = api.organization("Globex")
    api.member(globex, ADA)
    session = reset(api, start(api, acme)).json()["session_token"]
    response = api.post(
        "/b2b/sessions/exchange",
        session_token=session,
        organization_id=globex["organization_id"],
    )
    body = response.json()
    assert (body["member_authenticated"], body["session_token"]) == (False, "")
    assert body["intermediate_session_token"]
    assert "email_otp" in body["primary_required"]["allowed_auth_methods"]


def test_a_started_sign_in_goes_on_with_a_password(api: Api, acme: dict[str, Any]) -> None:
    """CONTRACT 5.3: the intermediate session collects the factor, and becomes a session."""
    api.member(acme, ADA)
    with_password(api, acme)
    api.put(organization(acme), auth_methods="RESTRICTED", allowed_auth_methods=["password"])
    where = {"organization_id": acme["organization_id"], "email_address": ADA}
    api.post("/b2b/otps/email/login_or_signup", **where)
    code = {**where, "code": post.code(ADA)}
    begun = api.post("/b2b/otps/email/authenticate", **code).json()
    assert begun["primary_required"] == {"allowed_auth_methods": ["password"]}
    step = begun["intermediate_session_token"]
    body = authenticate(api, acme, intermediate_session_token=step).json()
    factors = body["member_session"]["authentication_factors"]
    assert [factor["type"] for factor in factors] == ["email_otp", "password"]
    again = authenticate(api, acme, intermediate_session_token=step)
    refused(again, 404, "intermediate_session_not_found")
