"""A page left open in another tab changes nothing once the browser has moved on (QUALITY 54)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import access
from tests.signing_in import ADMIN, here, prove, sign_in, target
from tests.test_safe_methods import everything
from tests.test_sitemap import ANONYMOUS, PAGES

UNSAFE = ("post", "put", "patch", "delete")
# What a page of another organization may send all the same: nothing in there changes.
EXEMPT: set[str] = set()
MEMBERS_ONLY = {
    name: reverse(name, kwargs=dict.fromkeys(pattern.pattern.converters, "0" * 8))
    for _, name, pattern in PAGES
    if name not in ANONYMOUS | EXEMPT
}


@pytest.fixture
def moved_on(demo: None, client: Client) -> tuple[Client, str]:
    """A browser that is in Acme now, and the organization that its old page was made for."""
    prove(client, ADMIN)
    elsewhere = target(client, "Globex")
    sign_in(client, ADMIN)
    assert here(client) != elsewhere
    return client, elsewhere


def test_whatever_it_sends_is_a_409_and_nothing_is_written(moved_on: tuple[Client, str]) -> None:
    """(QUALITY 54): by every route there is, in a field or in the header, or without a word."""
    client, elsewhere = moved_on
    before, cookies = everything(), client.cookies.output()
    for name, path in MEMBERS_ONLY.items():
        for method in UNSAFE:
            for field, header in (({}, {}), ({}, {"X-Organization-Id": elsewhere})):
                answer = getattr(client, method)(path, field, headers=header)
                assert answer.status_code == 409, (method, name)
        answer = client.post(path, {"organization_id": elsewhere})
        assert answer.status_code == 409, name
        assert "You’re in Acme now" in answer.content.decode()
    assert everything() == before
    assert client.cookies.output() == cookies


def test_only_these_are_exempt() -> None:
    exempt = {
        name for _, name, pattern in PAGES if access.allows(pattern.callback, "organization_exempt")
    }
    assert exempt - ANONYMOUS == EXEMPT
