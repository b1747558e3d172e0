"""Through a provider and back as a browser goes: the app, the service, the demo's page, the app."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from tests.signing_in import ADMIN


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's provider, which exists with DEBUG only; see `demo` for why not by `settings`."""
    monkeypatch.setattr(settings, "DEBUG", True)


def set_out(client: Client, way: str, **data: str) -> str:
    """Press the button; where the page that answers leads."""
    answer = client.post(way, data)
    assert answer.status_code == 200, answer.content
    return answer["Refresh"].removeprefix("0; url=")


def at_provider(client: Client, url: str, **choice: str) -> str:
    """What the service and the provider do; the address at which the browser lands with us."""
    authorize = client.get(url)["Location"]
    return client.get(way_back(client, authorize, **choice or {"person": ADMIN}))["Location"]


def way_back(client: Client, authorize: str, **choice: str) -> str:
    """Where the provider's page sends the browser after a press on one of its buttons."""
    return client.post(authorize, choice)["Refresh"].removeprefix("0; url=")


def land(client: Client, url: str) -> Any:
    """The visit, and then its button."""
    page = client.get(url)
    if "data-autosubmit" not in page.content.decode():
        return page
    return client.post("/authenticate", dict(parse_qsl(urlsplit(url).query)))


def through(client: Client, way: str, *, data: dict[str, str] | None = None, **choice: str) -> Any:
    return land(client, at_provider(client, set_out(client, way, **(data or {})), **choice))


def sso_of(client: Client, page: str) -> str:
    found = re.search(r'action="(/o/[^"]+/sso/[^"]+)"', client.get(page).content.decode())
    assert found, "no single sign-on here"
    return found[1]
