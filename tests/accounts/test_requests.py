"""Every request has a name, and its sender an address that cannot be made up."""

import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from accounts import forwarded
from accounts.client import tracing
from accounts.service import client_ip
from project.requests import RequestIdFilter, RequestIdMiddleware


def serve(view: Any = lambda request: HttpResponse(), **headers: str) -> Any:
    return RequestIdMiddleware(view)(RequestFactory().get("/", headers=headers))


def test_each_request_gets_a_name_of_our_own() -> None:
    """(QUALITY 67)"""
    first, second = serve(), serve(**{"X-Request-Id": "mine\nforged"})
    assert first["X-Request-Id"] != second["X-Request-Id"]
    assert "mine" not in second["X-Request-Id"]


def test_the_name_is_on_the_request_in_the_log_and_in_calls_and_gone_after() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        record = logging.makeLogRecord({})
        RequestIdFilter().filter(record)
        seen.extend([request.request_id, tracing.request_id.get(), record.request_id])  # type: ignore[attr-defined]
        return HttpResponse()

    answer = serve(view)
    assert seen == [answer["X-Request-Id"]] * 3
    assert tracing.request_id.get() == ""


def test_outside_of_a_request_the_log_has_a_dash() -> None:
    record = logging.makeLogRecord({})
    assert RequestIdFilter().filter(record)
    assert record.request_id == "-"  # type: ignore[attr-defined]


def test_the_name_ends_with_the_request_even_when_it_breaks() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        serve(view)
    assert tracing.request_id.get() == ""


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "unknown", "10.0.0.9"),
        (1, "6.6.6.6\n", "6.6.6.6"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "8.8.8.8:49152", "8.8.8.8"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, '"[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"),
        (1, '"8.8.8.8"', "8.8.8.8"),
        (1, "for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
        (1, 'For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"),
        (1, "proto=https; for=8.8.8.8:80", "8.8.8.8"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:8.8.8.8", "8.8.8.8"),
        (2, "6.6.6.6, 8.8.8.8:49152, [2001:db8::2]:1", "8.8.8.8"),
        (1, "8.8.8.8:49152:1", "10.0.0.9"),
        (1, "[2001:db8::1", "10.0.0.9"),
        (1, "[8.8.8.8", "10.0.0.9"),
        (1, "_hidden", "10.0.0.9"),
        (1, "127.1", "10.0.0.9"),
    ],
)
def test_a_made_up_address_is_not_believed(
    settings: Settings, trusted: int, forwarded: str, address: str
) -> None:
    """(QUALITY 25)"""
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.9", headers={"X-Forwarded-For": forwarded}
    )
    assert client_ip(request) == address


@pytest.mark.parametrize(
    ("forwarded_for", "said"),
    [("_hidden", "is no address: '_hidden'"), ("", "has 0 entries, TRUSTED_PROXIES is 1")],
)
def test_an_entry_that_cannot_be_read_is_told_once(
    settings: Settings, caplog: pytest.LogCaptureFixture, forwarded_for: str, said: str
) -> None:
    """Otherwise everybody shares one client's limits, and nobody knows why."""
    settings.TRUSTED_PROXIES = 1
    forwarded._told.clear()
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded_for})
    for _ in range(3):
        client_ip(request)
    [record] = caplog.records
    assert record.levelname == "ERROR"
    assert said in record.getMessage()
    forwarded._told.clear()
