"""The security page: a member's own factors, changed after a fresh proof."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from time_machine import TimeMachineFixture

from tests import phones
from tests.accounts.conftest import NOON
from tests.second_steps import PHONE, app_code, app_secret, codes_on, newest_text
from tests.signing_in import (
    ADMIN,
    MEMBER,
    here,
    newest_code,
    newest_text as newest_mail,
    sign_in,
    switch,
)

pytestmark = pytest.mark.usefixtures("demo", "noon")

# Signing in was a fresh proof; this long after it isn't one any more.
LATER = NOON + timedelta(minutes=6)


def post(client: Client, page: str, **fields: str):
    return client.post(page, {"organization_id": here(client), **fields})


def add_app(client: Client) -> str:
    assert post(client, "/security/app/registration")["Location"] == "/security/app"
    secret = app_secret(client, "/security/app")
    answer = post(client, "/security/app", code=app_code(secret))
    assert answer["Location"] == "/second-factor/recovery-codes"
    return secret


def add_phone(client: Client) -> None:
    sent = post(client, "/security/phone", phone_number=PHONE)
    assert sent["Location"] == "/security/phone/code"
    assert post(client, "/security/phone/code", code=newest_text())["Location"] == "/security"


def text(client: Client, page: str = "/security") -> str:
    return client.get(page).content.decode()


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/security")["Location"] == "/login?next=%2Fsecurity"


def test_an_app_is_added_with_its_recovery_codes_and_told_by_mail(client: Client) -> None:
    """(QUALITY 34)"""
    sign_in(client, MEMBER)
    session = client.cookies["stytch_session"].value
    add_app(client)
    assert len(codes_on(client)) == 10
    assert post(client, "/second-factor/recovery-codes")["Location"] == "/security"
    page = text(client)
    assert "Replace" in page
    assert "Asked for at every sign-in" in page
    assert "authenticator app was added" in mail.outbox[-1].subject
    assert client.cookies["stytch_session"].value != session


def test_from_then_on_signing_in_asks_for_it(client: Client) -> None:
    sign_in(client, MEMBER)
    add_app(client)
    again = Client()
    assert sign_in(again, MEMBER)["Location"] == "/second-factor"


def test_a_phone_is_added_replaced_and_removed(client: Client) -> None:
    sign_in(client, MEMBER)
    add_phone(client)
    page = text(client)
    assert "ending in 0123" in page
    assert PHONE not in page
    other = "+12015550188"
    post(client, "/security/phone", phone_number=other)
    post(client, "/security/phone/code", code=phones.code(other))
    assert "ending in 0188" in text(client)
    assert "ending in 0188?" in text(client, "/security/phone/removal")
    assert post(client, "/security/phone/removal")["Location"] == "/security"
    assert "Not asked" not in text(client)
    assert sign_in(Client(), MEMBER)["Location"] == "/"


def test_a_wrong_code_keeps_the_form(client: Client) -> None:
    sign_in(client, MEMBER)
    post(client, "/security/app/registration")
    secret = app_secret(client, "/security/app")
    wrong = f"{(int(app_code(secret)) + 1) % 1_000_000:06}"
    page = post(client, "/security/app", code=wrong).content.decode()
    assert "That code doesn’t match" in page
    assert app_secret(client, "/security/app") == secret


CHANGES = [
    "/security/app",
    "/security/phone",
    "/security/password",
    "/security/recovery-codes",
    "/security/app/removal",
    "/security/phone/code",
]


@pytest.mark.parametrize("page", CHANGES)
def test_each_change_asks_for_a_fresh_proof_first(
    client: Client, noon: TimeMachineFixture, page: str
) -> None:
    """(QUALITY 45, 49)"""
    sign_in(client, MEMBER)
    noon.move_to(LATER, tick=False)
    there = "/verify?next=" + page.replace("/", "%2F")
    assert client.get(page)["Location"] == there
    assert "Prove that it’s you" in post(client, page).content.decode()


@pytest.mark.parametrize("page", ["default", "enrolment"])
def test_small_changes_do_too(client: Client, noon: TimeMachineFixture, page: str) -> None:
    sign_in(client, MEMBER)
    noon.move_to(LATER, tick=False)
    assert "Prove that it’s you" in post(client, f"/security/{page}").content.decode()


def test_a_code_by_mail_is_proof_for_who_has_no_second_factor(
    client: Client, noon: TimeMachineFixture
) -> None:
    sign_in(client, MEMBER)
    noon.move_to(LATER, tick=False)
    assert "Email me a code" in text(client, "/verify?next=%2Fsecurity%2Fapp")
    sent = post(client, "/verify/code", by="email", next="/security/app")
    assert sent["Location"] == "/verify?by=email&sent=1&next=%2Fsecurity%2Fapp"
    answer = post(client, "/verify", by="email", code=newest_code(MEMBER), next="/security/app")
    assert answer["Location"] == "/security/app"
    assert client.get("/security/app").status_code == 200


def test_who_has_a_second_factor_must_show_that_one(
    client: Client, noon: TimeMachineFixture
) -> None:
    """The mailbox may be what a thief has."""
    sign_in(client, MEMBER)
    secret = add_app(client)
    noon.move_to(LATER, tick=False)
    page = text(client, "/verify?by=email")
    assert "authenticator app shows" in page
    assert "code by email" not in page
    answer = post(client, "/verify", by="app", code=app_code(secret), next="/security/app/removal")
    assert answer["Location"] == "/security/app/removal"
    assert post(client, "/security/app/removal")["Location"] == "/security"
    assert "authenticator app was removed" in mail.outbox[-1].subject


def test_a_recovery_code_is_proof_as_well_and_a_wrong_one_is_none(
    client: Client, noon: TimeMachineFixture
) -> None:
    sign_in(client, MEMBER)
    add_app(client)
    code = codes_on(client)[0]
    noon.move_to(LATER, tick=False)
    wrong = post(client, "/verify", by="recovery", code="aaaa-aaaa-aaaa").content.decode()
    assert "isn’t one of your unused recovery codes" in wrong
    answer = post(client, "/verify", by="recovery", code=code, next="/security/app")
    assert answer["Location"] == "/security/app"


def test_the_proof_leads_nowhere_else(client: Client, noon: TimeMachineFixture) -> None:
    """(QUALITY 33)"""
    sign_in(client, MEMBER)
    noon.move_to(LATER, tick=False)
    post(client, "/verify/code", by="email")
    form = {"by": "email", "code": newest_code(MEMBER), "next": "//evil.example/"}
    assert post(client, "/verify", **form)["Location"] == "/"


def test_proving_it_again_leaves_a_waiting_step_alone(
    client: Client, noon: TimeMachineFixture
) -> None:
    """(QUALITY 52)"""
    sign_in(client, ADMIN)
    switch(client, "Globex")
    noon.move_to(LATER, tick=False)
    post(client, "/verify/code", by="email")
    post(client, "/verify", by="email", code=newest_code(ADMIN))
    assert "on your way to <strong>Globex" in text(client, "/")


def test_new_recovery_codes_replace_the_old(client: Client) -> None:
    sign_in(client, MEMBER)
    add_app(client)
    old = codes_on(client)
    post(client, "/second-factor/recovery-codes")
    assert "10 of your codes are unused" in text(client, "/security/recovery-codes")
    answer = post(client, "/security/recovery-codes")
    assert answer["Location"] == "/second-factor/recovery-codes"
    assert not set(old) & set(codes_on(client))


def test_replacing_the_app_retires_the_old_one(client: Client) -> None:
    sign_in(client, MEMBER)
    old = add_app(client)
    assert "stops working" in text(client, "/security/app").replace("\n", " ")
    assert add_app(client) != old


def test_with_a_phone_beside_it_the_app_can_be_replaced_too(client: Client) -> None:
    sign_in(client, MEMBER)
    old = add_app(client)
    post(client, "/second-factor/recovery-codes")
    add_phone(client)
    assert add_app(client) != old
    assert "ending in 0123" in text(client)


def test_a_phone_whose_code_was_wrong_is_not_on(client: Client) -> None:
    sign_in(client, MEMBER)
    post(client, "/security/phone", phone_number=PHONE)
    wrong = f"{(int(newest_text()) + 1) % 1_000_000:06}"
    page = post(client, "/security/phone/code", code=wrong).content.decode()
    assert "Check the newest text message" in page
    assert "Not set up" in text(client)


def test_the_default_can_be_changed(client: Client) -> None:
    sign_in(client, MEMBER)
    add_app(client)
    post(client, "/second-factor/recovery-codes")
    add_phone(client)
    post(client, "/security/default", method="sms_otp")
    other = Client()
    sign_in(other, MEMBER)
    assert other.get("/second-factor")["Location"] == "/second-factor/sms"


def test_under_an_optional_rule_it_can_be_left_out(client: Client) -> None:
    sign_in(client, MEMBER)
    add_app(client)
    post(client, "/security/enrolment", at_sign_in="no")
    assert "Not asked for at sign-in" in text(client)
    assert sign_in(Client(), MEMBER)["Location"] == "/"


def test_after_a_change_other_sessions_can_be_ended(client: Client) -> None:
    """(QUALITY 43)"""
    other = Client()
    sign_in(other, MEMBER)
    sign_in(client, MEMBER)
    add_phone(client)
    page = text(client)
    assert "still signed in elsewhere" in page
    assert "1 other session" in page
    post(client, "/sessions/others")
    assert "Only here" in text(client)
    other.cookies["stytch_session_jwt"] = ""
    assert other.get("/")["Location"] == "/login"


def test_a_password_is_set_changed_and_removed(client: Client) -> None:
    sign_in(client, MEMBER)
    weak = post(client, "/security/password", password="password")
    assert 'aria-invalid="true"' in weak.content.decode()
    assert "password" not in weak.content.decode().partition('value="password"')[1]
    assert "meter--short" in weak.content.decode()  # judged, not only refused
    answer = post(client, "/security/password", password="seven herons over the canal")
    assert answer["Location"] == "/security"
    assert "Your password is set" in text(client)
    assert "password was changed" in newest_subjects()
    assert post(client, "/security/password/removal")["Location"] == "/security"
    assert "None set" in text(client)


def newest_subjects() -> str:
    return " ".join(message.subject for message in mail.outbox)


def test_what_is_not_there_cannot_be_removed(client: Client) -> None:
    sign_in(client, MEMBER)
    for kind in ("app", "phone", "password", "house"):
        assert client.get(f"/security/{kind}/removal").status_code == 404, kind


def test_a_page_of_another_organization_changes_nothing(client: Client) -> None:
    """(QUALITY 54)"""
    sign_in(client, MEMBER)
    answer = client.post("/security/app/registration", {"organization_id": "organization-test-x"})
    assert answer.status_code == 409


def test_no_page_holds_a_secret(client: Client) -> None:
    sign_in(client, MEMBER)
    secret = add_app(client)
    for page in ("/security", "/security/app", "/security/recovery-codes", "/verify"):
        assert secret not in text(client, page).replace(" ", ""), page
    assert secret not in newest_mail(MEMBER)
