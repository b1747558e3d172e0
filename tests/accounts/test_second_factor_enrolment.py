"""Setting up a second step in the middle of signing in, because the organization asks for one."""

import re

import pytest
from django.test import Client

from identity.models import Organization
from tests import phones
from tests.second_steps import (
    PHONE,
    app_code,
    app_secret,
    ask,
    codes_on,
    enrol_app,
    enrol_phone,
    newest_text,
)
from tests.signing_in import ADMIN, ask_for_code, choose, here, newest_code

pytestmark = pytest.mark.usefixtures("demo", "noon")


def test_an_app_is_set_up_and_its_first_code_signs_in(client: Client) -> None:
    ask(client)
    assert client.post("/second-factor/app/registration")["Location"] == "/second-factor/app/enrol"
    page = client.get("/second-factor/app/enrol").content.decode()
    assert "<svg" in page
    assert 'style="' not in page
    secret = app_secret(client)
    answer = client.post("/second-factor/app/enrol", {"code": app_code(secret)})
    assert answer["Location"] == "/second-factor/recovery-codes"
    assert "You’re in Globex" in client.get("/").content.decode()


def test_recovery_codes_are_shown_until_they_are_kept_and_not_again(client: Client) -> None:
    ask(client)
    enrol_app(client)
    codes = codes_on(client)
    assert len(codes) == 10
    file = client.post("/second-factor/recovery-codes/file", {"organization_id": here(client)})
    assert file["Content-Disposition"].startswith("attachment")
    assert all(code in file.content.decode() for code in codes)
    kept = client.post("/second-factor/recovery-codes", {"organization_id": here(client)})
    assert kept["Location"] == "/"
    assert client.get("/second-factor/recovery-codes")["Location"] == "/"


def test_the_way_on_is_kept_through_the_enrolment(client: Client) -> None:
    ask_for_code(client, ADMIN, next="/session")
    client.post("/login/code", {"code": newest_code(ADMIN)})
    choose(client, "Globex")
    enrol_app(client)
    kept = client.post("/second-factor/recovery-codes", {"organization_id": here(client)})
    assert kept["Location"] == "/session"


def test_a_wrong_first_code_keeps_the_same_secret(client: Client) -> None:
    ask(client)
    client.post("/second-factor/app/registration")
    secret = app_secret(client)
    wrong = f"{(int(app_code(secret)) + 1) % 1_000_000:06}"
    page = client.post("/second-factor/app/enrol", {"code": wrong}).content.decode()
    assert "That code doesn’t match" in page
    assert app_secret(client) == secret
    answer = client.post("/second-factor/app/enrol", {"code": app_code(secret)})
    assert answer["Location"] == "/second-factor/recovery-codes"


def test_the_secret_is_in_no_cookie_in_clear_and_in_no_hidden_field(client: Client) -> None:
    ask(client)
    client.post("/second-factor/app/registration")
    secret = app_secret(client)
    assert all(secret not in morsel.value for morsel in client.cookies.values())
    assert all(len(name) + len(m.value) < 4096 for name, m in client.cookies.items())
    page = client.get("/second-factor/app/enrol").content.decode()
    assert not [field for field in re.findall(r"<input[^>]+>", page) if secret in field]


def test_the_first_code_posted_twice_signs_in_once(client: Client) -> None:
    """(QUALITY 28)"""
    ask(client)
    client.post("/second-factor/app/registration")
    before = {name: morsel.value for name, morsel in client.cookies.items()}
    code = app_code(app_secret(client))
    first = client.post("/second-factor/app/enrol", {"code": code})
    other = Client()
    other.cookies.load(before)
    second = other.post("/second-factor/app/enrol", {"code": code})
    assert first["Location"] == second["Location"] == "/second-factor/recovery-codes"
    assert client.cookies["stytch_session"].value == other.cookies["stytch_session"].value


def test_opening_the_page_registers_nothing(client: Client) -> None:
    """(QUALITY 20)"""
    ask(client)
    assert client.get("/second-factor/app/registration").status_code == 405
    assert client.get("/second-factor/app/enrol")["Location"] == "/second-factor"


def test_a_phone_is_added_and_its_code_signs_in(client: Client) -> None:
    ask(client)
    sent = client.post("/second-factor/phone", {"phone_number": "+1 (201) 555-0123"})
    assert sent["Location"] == "/second-factor/sms"
    assert phones.outbox[-1].to == PHONE
    page = client.get("/second-factor/sms").content.decode()
    assert "ending in <strong>0123</strong>" in page
    assert PHONE not in page
    assert client.post("/second-factor/sms", {"code": newest_text()})["Location"] == "/"
    assert "You’re in Globex" in client.get("/").content.decode()


def test_a_mistyped_number_can_be_changed(client: Client) -> None:
    ask(client)
    client.post("/second-factor/phone", {"phone_number": "+12015550199"})
    assert "Wrong number?" in client.get("/second-factor/sms").content.decode()
    assert enrol_phone(client)["Location"] == "/"
    assert phones.outbox[-1].to == PHONE


def test_a_number_that_is_none_is_explained(client: Client) -> None:
    ask(client)
    for number in ("0201 555", "+1", "+19005550123"):
        page = client.post("/second-factor/phone", {"phone_number": number}).content.decode()
        assert 'aria-invalid="true"' in page, number
    assert not phones.outbox


def test_only_what_the_organization_allows_is_offered(client: Client) -> None:
    Organization.objects.filter(organization_slug="globex").update(
        mfa_methods="RESTRICTED", allowed_mfa_methods=["totp"]
    )
    ask(client)
    page = client.get("/second-factor").content.decode()
    assert "Authenticator app" in page
    assert "Text message" not in page
    assert client.get("/second-factor/phone")["Location"] == "/second-factor"
    assert client.post("/second-factor/sms/send")["Location"] == "/second-factor"
    assert not phones.outbox


def test_an_organization_that_allows_nothing_is_explained(client: Client) -> None:
    Organization.objects.filter(organization_slug="globex").update(
        mfa_methods="RESTRICTED", allowed_mfa_methods=[]
    )
    ask(client)
    assert "Ask its administrator" in client.get("/second-factor").content.decode()


def test_half_an_enrolment_can_be_left(client: Client) -> None:
    ask(client)
    client.post("/second-factor/app/registration")
    assert client.get("/organizations").status_code == 200
    assert client.get("/second-factor").status_code == 200
    assert client.post("/pending/abandon")["Location"] == "/login"
