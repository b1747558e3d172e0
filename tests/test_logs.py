"""Log lines as the console gets them: each with the id of its request, on both sides of a call."""

import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from identity.errors import ApiError, unauthorized
from tests.identity.api import Api

SEND = "/b2b/otps/email/discovery/send"
SENT = "action=otp.send"
CALLER = "request-0a8f0f5e-2f6b-4d0e-8a63-6f3f6f0f9f10"


@pytest.fixture
def console() -> Iterator[StringIO]:
    """What the handler that settings configure writes from now on."""
    handlers = [each for each in logging.getLogger().handlers if each.name == "console"]
    (handler,) = (each for each in handlers if isinstance(each, logging.StreamHandler))
    stream = StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def ids(console: StringIO, words: str) -> list[str]:
    """What stands in brackets in the one line that has these words."""
    (line,) = (each for each in console.getvalue().splitlines() if words in each)
    found = re.search(r" \[([^\]]*)\] ", line)
    assert found, line
    return found[1].split()


def test_outside_of_a_request_there_is_a_dash(console: StringIO) -> None:
    logging.getLogger("identity").error("something went wrong")
    assert ids(console, "went wrong") == ["-"]


@pytest.mark.django_db
def test_a_page_and_the_call_that_it_makes_are_in_one_line(console: StringIO) -> None:
    """QUALITY 96."""
    answer = Client().post("/login", {"email_address": "ada@acme.example"})
    page, call = ids(console, SENT)
    assert page == answer["X-Request-Id"]
    assert call.startswith("request-id-test-")


@pytest.mark.django_db
def test_a_backend_s_own_id_is_beside_ours(console: StringIO) -> None:
    answer = send(CALLER)
    ours, call, caller = ids(console, SENT)
    assert ours == answer["X-Request-Id"]
    assert call == answer.json()["request_id"]
    assert caller == CALLER


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["an id", "a" * 81, "x]\n2026-01-01 INFO forged [-"])
def test_what_is_no_id_is_in_no_line(console: StringIO, name: str) -> None:
    send(name)
    assert len(ids(console, SENT)) == 2


@pytest.mark.django_db
def test_a_stranger_writes_no_id_into_our_log(
    console: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*said: str) -> ApiError:
        logging.getLogger("identity").error("refused")
        return unauthorized(*said)

    monkeypatch.setattr("identity.api.edge.unauthorized", refuse)
    send(CALLER, Authorization="Basic bm9ib2R5Om5vdGhpbmc=")
    assert len(ids(console, "refused")) == 2


def test_after_a_request_its_id_is_gone(console: StringIO) -> None:
    Client().get("/healthz")
    Api().get("/b2b/no-such-route")
    logging.getLogger("identity").error("later")
    assert ids(console, "later") == ["-"]


def send(caller: str, **headers: str) -> Any:
    named = {"X-Request-Id": caller, **headers}
    return Api().call("POST", SEND, {"email_address": "ada@acme.example"}, headers=named)


def test_an_error_s_own_words_begin_no_line(console: StringIO) -> None:
    """What a visitor sent may be quoted in them, line ends and all."""
    try:
        raise ValueError("odd\n2026-11-28 00:00:00 INFO identity.audit [-] action=forged\r\nmore")
    except ValueError:
        logging.getLogger("identity").exception("unreadable")
    assert "\n2026-11-28 00:00:00" not in console.getvalue()
    assert "\n  2026-11-28 00:00:00 INFO" in console.getvalue()
