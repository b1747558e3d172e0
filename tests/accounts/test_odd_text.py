"""NUL, control characters and half an emoji at the doors of the pages: never an error of ours."""

from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client

from tests.signing_in import ADMIN, sign_in

pytestmark = pytest.mark.usefixtures("demo")

ODD = ["\x00", "\x0b", "\x85", "\u2028", "\ud83d"]
SMUGGLED = '"a\x0bBcc:v@c.example\x0bX:y\x0b"@evil.example'
STRANGERS = [
    "/login?next=/{}",
    "/authenticate?error={}",
    "/authenticate?stytch_token_type=sso&token={}",
    "/authenticate?stytch_token_type={}&token=x",
    "/o/a{}/login",
    "/sessions/not-me?token={}",
]
MEMBERS = [
    "/members?q={}",
    "/members?q=a{}",
    "/members?cursor={}",
    "/members?cursor=made-up",
    "/switch?q={}",
    "/organizations/slug?slug={}&name=x{}",
    "/verify?by={}&next=/{}",
]
FORMS = {
    "/login": "email_address=a{}%40acme.example&next={}",
    "/o/acme/login": "email_address=a{}%40acme.example",
    "/o/acme/login/password": "email_address=ann%40acme.example&password=x{}",
    "/authenticate": "stytch_token_type=sso&token={}",
}


def escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


def visit(client: Client, paths: list[str]) -> None:
    for path in paths:
        for odd in ODD:
            asked = path.replace("{}", escaped(odd))
            assert client.get(asked).status_code < 500, asked


def test_a_strangers_addresses(client: Client) -> None:
    visit(client, STRANGERS)


def test_a_members_addresses(client: Client) -> None:
    sign_in(client, ADMIN)
    visit(client, MEMBERS)


def test_a_strangers_forms(client: Client) -> None:
    for path, form in FORMS.items():
        for odd in ODD:
            body = form.replace("{}", escaped(odd))
            answer = client.post(path, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code < 500, (path, body)


def test_headers_in_an_address_are_refused_as_an_address(client: Client) -> None:
    """They used to be answered as an outage, with a Retry-After."""
    for path in ("/login", "/login/link", "/o/acme/login", "/o/acme/login/forgot"):
        answer = client.post(path, {"email_address": SMUGGLED})
        assert answer.status_code == 200
        assert "doesn’t look like an email address" in answer.content.decode()
    assert mail.outbox == []
