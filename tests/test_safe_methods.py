"""Whatever a browser, a preview or a crawler fetches changes nothing (QUALITY 20)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import TimeMachineFixture

from tests import signing_in as at_login
from tests.test_sitemap import PAGES

SESSION = "stytch_session"


def stranger(client: Client) -> None:
    """Nobody yet."""


def waiting_for_a_code(client: Client) -> None:
    at_login.ask_for_code(client, at_login.ADMIN)


def choosing(client: Client) -> None:
    at_login.prove(client, at_login.ADMIN)


def signed_in(client: Client) -> None:
    at_login.sign_in(client, at_login.ADMIN)


def between_two_organizations(client: Client) -> None:
    at_login.sign_in(client, at_login.ADMIN)
    at_login.switch(client, "Globex")


WHERE = [stranger, waiting_for_a_code, choosing, signed_in, between_two_organizations]


@pytest.mark.parametrize("begin", WHERE, ids=lambda begin: begin.__name__)
def test_no_get_changes_anything(
    demo: None, client: Client, begin: Callable[[Client], None], time_machine: TimeMachineFixture
) -> None:
    """(QUALITY 20): every page, twice, by somebody at each stage of signing in."""
    time_machine.move_to(timezone.now(), tick=False)  # or a session is noted as seen, once a minute
    at_login.ask_for_link(Client(), at_login.MEMBER)
    token = at_login.newest_link(at_login.MEMBER)
    begin(client)
    client.get("/readyz")  # the very first call ever makes the signing key
    before = everything()
    for _ in range(2):
        for path in addresses():
            for method in (client.get, client.head, client.options):
                answer = method(path, token if path == "/authenticate" else {})
                assert answer.status_code < 500, path
                assert SESSION not in answer.cookies, path
    assert everything() == before


def addresses() -> list[str]:
    return [
        reverse(name, kwargs=dict.fromkeys(pattern.pattern.converters, "acme"))
        for _, name, pattern in PAGES
    ]


def everything() -> dict[str, list[dict[str, Any]]]:
    """The service's whole database, counters too; but that something was read may be noted."""
    models = apps.get_app_config("identity").get_models()
    rows = {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in models
    }
    rows["AuditEvent"] = [each for each in rows["AuditEvent"] if ".read" not in each["action"]]
    return rows
