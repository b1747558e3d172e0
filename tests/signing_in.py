"""Signing in as a person does, through the public pages and the mail that arrives."""

import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db.models import Model
from django.test import Client

from identity.models import Member, OIDCConnection, Organization, OrganizationName

ADMIN = "admin@acme.example"  # admin of Acme, member of Globex (second step) and Initech (SSO)
MEMBER = "member@acme.example"  # of Acme alone
NEWCOMER = "newcomer@umbrella.example"  # may join Umbrella
INVITED = "invited@acme.example"  # invited to Acme
STRANGER = "stranger@nowhere.example"  # unknown to everyone


# What the command made the first time: laid in again that takes a twentieth of making it.
SEEDED_AT = "2020-01-01T00:00:00Z"  # before any time that a test moves to
MODELS = (Organization, OrganizationName, Member, OIDCConnection)
_seeded: list[list[Model]] = []


@pytest.fixture
def demo(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in _seeded:
        type(rows[0])._default_manager.bulk_create(rows)
    if not _seeded:
        seed(monkeypatch)
    mail.outbox.clear()


def seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With DEBUG, or it refuses; not by override_settings, which compiles templates anew."""
    with monkeypatch.context() as patch, time_machine.travel(SEEDED_AT, tick=False):
        patch.setattr(settings, "DEBUG", True)
        call_command("demo", verbosity=0)
    _seeded.extend(list(model.objects.all()) for model in MODELS)


def ask_for_code(client: Client, email_address: str, **more: str) -> Any:
    return client.post("/login", {"email_address": email_address, **more})


def ask_for_link(client: Client, email_address: str, **more: str) -> Any:
    return client.post("/login/link", {"email_address": email_address, **more})


def newest_code(email_address: str) -> str:
    found = re.search(r"\b(\d{6})\b", newest_text(email_address))
    assert found, "the newest mail has no code"
    return found[1]


def newest_link(email_address: str) -> dict[str, str]:
    """The parameters of the newest link, as its landing page and its form carry them."""
    found = re.search(r"https?://\S+/authenticate\?(\S+)", newest_text(email_address))
    assert found, "the newest mail has no link"
    return dict(pair.split("=", 1) for pair in found[1].split("&"))


def newest_text(email_address: str) -> str:
    bodies = [str(message.body) for message in mail.outbox if email_address in message.to]
    assert bodies, f"no mail for {email_address}"
    return bodies[-1]


def prove(client: Client, email_address: str, **more: str) -> Any:
    """From the address to where the right code leads."""
    ask_for_code(client, email_address, **more)
    return client.post("/login/code", {"code": newest_code(email_address)})


def sign_in(client: Client, email_address: str, organization: str = "Acme") -> Any:
    """All the way in; where there is nothing to choose the code alone does it."""
    response = prove(client, email_address)
    if response["Location"].startswith("/organizations"):
        return choose(client, organization)
    return response


def choose(client: Client, organization: str, **more: str) -> Any:
    return client.post("/organizations/choose", {"target": target(client, organization), **more})


def target(client: Client, organization: str, page: str = "/organizations") -> str:
    """The organization_id behind the row that shows this name."""
    html = client.get(page).content.decode()
    rows = re.findall(r'name="target" value="([^"]+)".*?row__title">([^<]+)<', html, re.DOTALL)
    named = [organization_id for organization_id, name in rows if name.strip() == organization]
    assert named, f"{organization} is not among {[name for _, name in rows]}"
    return named[0]


def here(client: Client) -> str:
    """The organization_id that this browser's pages were made for."""
    found = re.search(r'data-organization="([^"]+)"', client.get("/").content.decode())
    assert found, "not signed in"
    return found[1]


def asks_to_sign_in(answer: Any) -> bool:
    """By leading there, or by a page that keeps the form which met the session's end."""
    if answer.status_code == 401:
        page = answer.content.decode()
        return 'href="/login"' in page and "Nothing was done yet." in page
    return answer.status_code == 302 and answer["Location"].startswith("/login")


def switch(client: Client, organization: str) -> Any:
    chosen = target(client, organization, page="/switch")
    return client.post("/switch", {"target": chosen, "organization_id": here(client)})
