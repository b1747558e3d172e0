"""Asking for the address, and who is told what."""

import pytest
from django.core import mail
from django.test import Client

from tests import transports
from tests.signing_in import ADMIN, MEMBER, STRANGER, ask_for_code, ask_for_link, sign_in

pytestmark = pytest.mark.usefixtures("demo")


def test_asks_for_a_work_email(client: Client) -> None:
    page = client.get("/login")
    assert page.status_code == 200
    assert b"Work email" in page.content
    assert page["Cache-Control"].count("no-store")


def test_mails_a_code_by_default(client: Client) -> None:
    answer = ask_for_code(client, ADMIN)
    assert answer["Location"] == "/login/code"
    assert [message.to for message in mail.outbox] == [[ADMIN]]
    assert ADMIN not in answer["Location"]


def test_known_and_unknown_addresses_get_the_same_answer() -> None:
    """(QUALITY 24)"""
    answers = []
    for address in (MEMBER, STRANGER):
        client = Client()
        sent = ask_for_code(client, address)
        waiting = client.get("/login/code")
        answers.append(
            (
                sent.status_code,
                sent["Location"],
                sorted(sent.cookies),
                waiting.status_code,
                without_tokens(waiting.content.decode().replace(address, "X")),
            )
        )
    assert answers[0] == answers[1]
    assert len(mail.outbox) == 2


def test_mails_a_link_on_request(client: Client) -> None:
    assert ask_for_link(client, ADMIN)["Location"] == "/login/code"
    page = client.get("/login/code").content.decode()
    assert "sign-in link" in page
    assert "Email me a code" in page


def test_an_address_with_a_slip_stays_in_the_form(client: Client) -> None:
    answer = ask_for_code(client, "admin@acme")
    assert answer.status_code == 200
    assert b'value="admin@acme"' in answer.content
    assert "Check it for typing slips" in answer.content.decode()
    assert mail.outbox == []


def test_too_many_tries_say_when_to_come_back(client: Client, through) -> None:
    """(QUALITY 25)"""
    through(transports.refusal(429, "too_many_requests", retry_after="720"))
    answer = ask_for_code(client, ADMIN)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "720"
    assert "Try again in 12 minutes" in answer.content.decode()
    assert f'value="{ADMIN}"' in answer.content.decode()


def test_an_outage_is_said_and_changes_nothing(client: Client, through) -> None:
    through(transports.Down())
    answer = ask_for_code(client, ADMIN)
    assert answer.status_code == 503
    assert not auth_cookies(answer)


def test_who_is_signed_in_goes_home(client: Client) -> None:
    sign_in(client, MEMBER)
    assert client.get("/login")["Location"] == "/"


def test_a_dead_cookie_is_no_member(client: Client, settings) -> None:
    """The form is shown at once: no way round in circles (QUALITY 46)."""
    client.cookies[settings.COOKIE_NAMES["session"]] = "x" * 44
    client.cookies[settings.COOKIE_NAMES["jwt"]] = "not.a.jwt"
    answer = client.get("/login")
    assert answer.status_code == 200
    assert b"Work email" in answer.content


def test_another_email_starts_with_the_address_kept(client: Client) -> None:
    ask_for_code(client, ADMIN)
    assert f'value="{ADMIN}"' in client.get("/login").content.decode()


def test_leads_on_to_where_one_wanted_to_go(client: Client) -> None:
    assert b'name="next" value="/switch"' in client.get("/login?next=/switch").content
    answer = sign_in_with(client, MEMBER, next="/switch")
    assert answer["Location"] == "/switch"


@pytest.mark.parametrize("evil", ["//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_never_leads_away_from_here(client: Client, evil: str) -> None:
    """(QUALITY 33)"""
    assert sign_in_with(client, MEMBER, next=evil)["Location"] == "/"


def test_resending_needs_no_address_typed_again(client: Client) -> None:
    ask_for_code(client, ADMIN)
    assert client.post("/login/resend")["Location"] == "/login/code"
    assert [message.to for message in mail.outbox] == [[ADMIN], [ADMIN]]


def test_resending_too_often_keeps_the_code_that_is_there(client: Client, through) -> None:
    ask_for_code(client, ADMIN)
    through(transports.refusal(429, "too_many_requests", retry_after="40"))
    answer = client.post("/login/resend")
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "Try again in 40 seconds" in page
    assert 'name="code"' in page


def test_resending_without_a_step_asks_for_the_address(client: Client) -> None:
    answer = client.post("/login/resend")
    assert answer.status_code == 200
    assert "Enter your work email" in answer.content.decode()


def sign_in_with(client: Client, address: str, **more: str):
    from tests.signing_in import prove

    return prove(client, address, **more)


def auth_cookies(answer) -> list[str]:
    return [name for name in answer.cookies if name.startswith("stytch_")]


def without_tokens(html: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)
