"""Proving a second factor that is there: by app, by text, by recovery code."""

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from tests import phones
from tests.accounts.conftest import NOON
from tests.second_steps import app_code, ask, codes_on, enrol_app, enrol_phone, newest_text
from tests.signing_in import ADMIN, here, prove, sign_in, switch

pytestmark = pytest.mark.usefixtures("demo", "noon")

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def secret(noon: TimeMachineFixture) -> str:
    """An authenticator app, set up five minutes ago in another browser."""
    browser = Client()
    ask(browser)
    secret, _ = enrol_app(browser)
    noon.move_to(LATER, tick=False)
    return secret


@pytest.fixture
def recovery_codes(noon: TimeMachineFixture) -> list[str]:
    browser = Client()
    ask(browser)
    enrol_app(browser)
    codes = codes_on(browser)
    noon.move_to(LATER, tick=False)
    return codes


@pytest.fixture
def phone(noon: TimeMachineFixture) -> None:
    browser = Client()
    ask(browser)
    enrol_phone(browser)
    phones.outbox.clear()
    noon.move_to(LATER, tick=False)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_app_is_asked_for_first_when_it_is_the_default(client: Client, secret: str) -> None:
    ask(client)
    assert client.get("/second-factor")["Location"] == "/second-factor/app"
    answer = client.post("/second-factor/app", {"code": app_code(secret)})
    assert answer["Location"] == "/"
    assert "You’re in Globex" in client.get("/").content.decode()


def test_a_wrong_code_keeps_the_form_and_the_right_one_still_works(
    client: Client, secret: str
) -> None:
    ask(client)
    page = client.post("/second-factor/app", {"code": wrong(app_code(secret))})
    assert page.status_code == 200
    assert "That code doesn’t match" in page.content.decode()
    assert client.post("/second-factor/app", {"code": app_code(secret)})["Location"] == "/"


def test_under_htmx_the_form_alone_comes_back(client: Client, secret: str) -> None:
    ask(client)
    answer = client.post(
        "/second-factor/app", {"code": "1"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in answer
    assert "six digits" in answer


def test_a_code_that_was_used_is_refused_elsewhere(client: Client, secret: str) -> None:
    """The same code in another sign-in is a replay, whoever makes it."""
    first = Client()
    ask(first)
    assert first.post("/second-factor/app", {"code": app_code(secret)})["Location"] == "/"
    ask(client)
    page = client.post("/second-factor/app", {"code": app_code(secret)}).content.decode()
    assert "That code was used" in page


def test_ten_wrong_codes_lock_and_say_so(client: Client, secret: str) -> None:
    ask(client)
    for _ in range(10):
        client.post("/second-factor/app", {"code": wrong(app_code(secret))})
    answer = client.post("/second-factor/app", {"code": app_code(secret)})
    assert answer.status_code == 429
    assert "locked for now" in answer.content.decode()


def test_the_text_is_sent_by_itself_and_its_code_signs_in(client: Client, phone: None) -> None:
    ask(client)
    assert client.get("/second-factor")["Location"] == "/second-factor/sms"
    assert len(phones.outbox) == 1
    assert client.post("/second-factor/sms", {"code": newest_text()})["Location"] == "/"


def test_another_text_can_be_sent_and_outdates_the_first(
    client: Client, phone: None, noon: TimeMachineFixture
) -> None:
    ask(client)
    old = newest_text()
    noon.move_to(LATER + timedelta(minutes=1), tick=False)
    assert client.post("/second-factor/sms/send")["Location"] == "/second-factor/sms"
    assert len(phones.outbox) == 2
    if old != newest_text():
        page = client.post("/second-factor/sms", {"code": old}).content.decode()
        assert "Check the newest text message" in page
    assert client.post("/second-factor/sms", {"code": newest_text()})["Location"] == "/"


def test_a_text_of_three_minutes_ago_is_too_old(
    client: Client, phone: None, noon: TimeMachineFixture
) -> None:
    ask(client)
    noon.move_to(LATER + timedelta(minutes=3), tick=False)
    page = client.post("/second-factor/sms", {"code": newest_text()}).content.decode()
    assert "too old" in page


def test_no_text_is_sent_by_visiting(client: Client, phone: None) -> None:
    """(QUALITY 20, 29)"""
    assert Client().post("/second-factor/sms/send")["Location"] == "/login"
    ask(client)
    for page in ("/second-factor", "/second-factor/sms", "/second-factor/choose"):
        client.get(page)
    assert client.get("/second-factor/sms/send").status_code == 405
    assert len(phones.outbox) == 1


def test_too_many_texts_say_when_to_come_back(client: Client, phone: None, settings) -> None:
    settings.SENDS_PER_ADDRESS = 2
    ask(client)
    client.post("/second-factor/sms/send")
    client.post("/second-factor/sms/send")
    assert "Too many tries" in client.get("/second-factor/sms").content.decode()


def test_a_recovery_code_signs_in_once(client: Client, recovery_codes: list[str]) -> None:
    ask(client)
    assert "Recovery code" in client.get("/second-factor/choose").content.decode()
    answer = client.post("/second-factor/recovery", {"code": recovery_codes[0].upper()})
    assert answer["Location"] == "/"
    assert "9 recovery codes left" in client.get("/").content.decode()
    again = Client()
    ask(again)
    page = again.post("/second-factor/recovery", {"code": recovery_codes[0]}).content.decode()
    assert "isn’t one of your unused recovery codes" in page


def test_the_same_post_twice_signs_in_alike(client: Client, secret: str) -> None:
    """(QUALITY 28)"""
    ask(client)
    before = {name: morsel.value for name, morsel in client.cookies.items()}
    other = Client()
    other.cookies.load(before)
    code = app_code(secret)
    first = client.post("/second-factor/app", {"code": code})
    second = other.post("/second-factor/app", {"code": code})
    assert first["Location"] == second["Location"] == "/"
    assert client.cookies["stytch_session"].value == other.cookies["stytch_session"].value


def test_pressed_twice_one_after_the_other_it_is_home(client: Client, secret: str) -> None:
    ask(client)
    page = client.get("/second-factor/app").content.decode()
    target = page.partition('name="target" value="')[2].partition('"')[0]
    form = {"code": app_code(secret), "email_address": ADMIN, "target": target}
    assert client.post("/second-factor/app", form)["Location"] == "/"
    assert client.post("/second-factor/app", form)["Location"] == "/"


def test_when_the_step_is_over_the_address_is_kept(
    client: Client, secret: str, noon: TimeMachineFixture
) -> None:
    ask(client)
    noon.move_to(LATER + timedelta(minutes=11), tick=False)
    del client.cookies["stytch_intermediate_session_token"]  # a browser drops it by itself
    form = {"code": app_code(secret), "email_address": ADMIN}
    page = client.post("/second-factor/app", form).content.decode()
    assert "Your address is kept" in page
    assert f'value="{ADMIN}"' in page


def test_when_it_is_over_for_a_member_the_session_is_untouched(
    client: Client, secret: str, noon: TimeMachineFixture
) -> None:
    """(QUALITY 51)"""
    sign_in(client, ADMIN)
    switch(client, "Globex")
    session = client.cookies["stytch_session"].value
    noon.move_to(LATER + timedelta(minutes=11), tick=False)
    form = {"code": app_code(secret), "email_address": ADMIN, "target": "organization-test-x"}
    assert client.post("/second-factor/app", form)["Location"] == "/switch"
    assert "You’re still here" in client.get("/switch").content.decode()
    assert client.cookies["stytch_session"].value == session


def test_the_step_survives_other_requests_and_a_second_tab(client: Client, secret: str) -> None:
    """(QUALITY 52)"""
    sign_in(client, ADMIN)
    switch(client, "Globex")
    client.get("/")
    client.get("/session")
    client.post("/session/refresh", {"organization_id": here(client)})
    client.get("/favicon.ico")
    assert client.post("/second-factor/app", {"code": app_code(secret)})["Location"] == "/"
    assert "You’re in Globex" in client.get("/").content.decode()


def test_a_factor_in_place_leaves_no_way_to_set_another_up(client: Client, secret: str) -> None:
    """Who has the mailbox alone must not bring their own phone."""
    ask(client)
    assert client.get("/second-factor/phone")["Location"] == "/second-factor"
    posted = client.post("/second-factor/phone", {"phone_number": "+12015550199"})
    assert posted["Location"] == "/second-factor"
    assert client.post("/second-factor/app/registration")["Location"] == "/second-factor"
    assert not phones.outbox


def test_without_a_step_nothing_is_here(client: Client) -> None:
    prove(client, ADMIN)
    for page in ("sms", "app", "recovery", "choose", "phone", "app/enrol"):
        assert client.get(f"/second-factor/{page}")["Location"] == "/organizations", page
