"""What another site makes a browser send is refused, by every route there is (QUALITY 19)."""

from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.test_sitemap import PAGES, patterns

UNSAFE = ("post", "put", "patch", "delete")
ELSEWHERE = ("https://evil.example", "http://testserver.evil.example", "null")
# But for the two that take no unsafe method at all: test_health.py.
ROUTES = [(name, pattern) for _, name, pattern in PAGES if name not in {"healthz", "readyz"}]
NAMES = [name for name, _ in ROUTES]


@pytest.fixture
def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def address(name: str, pattern: URLPattern) -> str:
    return reverse(name, kwargs=dict.fromkeys(pattern.pattern.converters, "0" * 8))


def send(client: Client, method: str, path: str, **headers: str) -> Any:
    return getattr(client, method)(path, headers=headers)


def fresh_token(client: Client) -> str:
    """As a form of ours would carry it; the header counts as much."""
    client.get("/login")
    return client.cookies["csrf"].value


@pytest.mark.parametrize(("name", "pattern"), ROUTES, ids=NAMES)
def test_without_a_token_nothing_happens(strict: Client, name: str, pattern: URLPattern) -> None:
    """(QUALITY 19)"""
    path = address(name, pattern)
    for method in UNSAFE:
        assert send(strict, method, path).status_code == 403
    fresh_token(strict)
    for method in UNSAFE:
        assert send(strict, method, path, **{"X-CSRFToken": "o" * 64}).status_code == 403


@pytest.mark.parametrize(("name", "pattern"), ROUTES, ids=NAMES)
def test_from_elsewhere_a_good_token_is_worth_nothing(
    strict: Client, name: str, pattern: URLPattern
) -> None:
    """(QUALITY 19)"""
    path, token = address(name, pattern), fresh_token(strict)
    for method, origin in product(UNSAFE, ELSEWHERE):
        answer = send(strict, method, path, **{"X-CSRFToken": token, "Origin": origin})
        assert answer.status_code == 403, (method, origin)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "pattern"), ROUTES, ids=NAMES)
def test_from_here_it_is_let_through(strict: Client, name: str, pattern: URLPattern) -> None:
    """Or the two tests above would see a wall that is no wall."""
    headers = {"X-CSRFToken": fresh_token(strict), "Origin": "http://testserver"}
    assert send(strict, "post", address(name, pattern), **headers).status_code != 403


def test_only_the_api_is_exempt() -> None:
    """(QUALITY 19): its callers show a secret with each call, as no browser does by itself."""
    exempt = [
        route
        for route, _, pattern in patterns(get_resolver())
        if getattr(pattern.callback, "csrf_exempt", False)
    ]
    assert exempt
    api = ("v1/", ".well-known/jwks.json")  # the second one is read only
    assert [route for route in exempt if not route.startswith(api)] == []
