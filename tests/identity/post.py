"""What was mailed, and calls made at the same moment."""

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection


def newest(to: str) -> EmailMultiAlternatives:
    found = [each for each in mail.outbox if each.to == [to]]
    assert found, f"nothing was mailed to {to}"
    message = found[-1]
    assert isinstance(message, EmailMultiAlternatives)
    return message


def all_of(to: str) -> list[str]:
    return [str(each.body) for each in mail.outbox if each.to == [to]]


def code(to: str) -> str:
    found = re.search(r"\b[0-9]{6}\b", str(newest(to).body))
    assert found
    return found[0]


def link(to: str) -> str:
    found = re.search(r"https?://\S+", str(newest(to).body))
    assert found
    return found[0]


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def token(to: str) -> str:
    return query(link(to))["token"]


def wrong(right: str) -> str:
    """Another six digits."""
    return f"{(int(right) + 1) % 1_000_000:06d}"


def at_once(call: Callable[[], Any], *, times: int = 2) -> list[Any]:
    """What `call` returned in each of several threads that started together."""
    start, results = threading.Barrier(times), []

    def run() -> None:
        start.wait()
        try:
            results.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
