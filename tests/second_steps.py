"""Taking a second step as a person does: reading texts and pages, and running an app."""

import re
from typing import Any

import pyotp
from django.test import Client
from django.utils import timezone

from tests import phones
from tests.signing_in import ADMIN, choose, prove

PHONE = "+12015550123"


def ask(client: Client, organization: str = "Globex") -> None:
    """As far as the second step that this organization asks for."""
    prove(client, ADMIN)
    assert choose(client, organization)["Location"] == "/second-factor"


def app_secret(client: Client, page: str = "/second-factor/app/enrol") -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", client.get(page).content.decode())
    assert found, "no secret on the page"
    return found[1].replace(" ", "")


def app_code(secret: str) -> str:
    return pyotp.TOTP(secret).at(timezone.now())


def newest_text() -> str:
    return phones.code(phones.outbox[-1].to)


def enrol_app(client: Client) -> tuple[str, Any]:
    """Set an app up in the middle of signing in; the answer leads to the recovery codes."""
    client.post("/second-factor/app/registration")
    secret = app_secret(client)
    return secret, client.post("/second-factor/app/enrol", {"code": app_code(secret)})


def enrol_phone(client: Client) -> Any:
    client.post("/second-factor/phone", {"phone_number": PHONE})
    return client.post("/second-factor/sms", {"code": newest_text()})


def codes_on(client: Client) -> list[str]:
    page = client.get("/second-factor/recovery-codes").content.decode()
    return re.findall(r"<li>([\w-]+)</li>", page)
