"""The one door out to identity providers: public addresses, five seconds, one mebibyte."""

import json
import logging
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from identity.claim_shapes import text
from identity.demo_provider import service as demo
from identity.errors import ApiError
from outbound import http, places
from outbound.http import Answer, Terms
from outbound.sockets import Private

logger = logging.getLogger(__name__)

SECONDS = 5  # for a call in all; a person is waiting for the next page
LIMIT = 1024 * 1024  # bytes; the largest key sets are a fiftieth of it
NO_GOOD = "The identity provider's answer is no good."
# What userinfo is when it is signed or encrypted, which no JSON looks like (RFC 7515 7.1).
JWT = re.compile(rb"\s*[\w-]+(?:\.[\w-]*){2,4}\s*")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_whose: ContextVar[str] = ContextVar("whose", default="")


class ProviderFailed(ApiError):
    """The provider is down or makes no sense; `error_type` is what the app gets to show."""


class Answered(ProviderFailed):
    """It said no, with a reason of its own, if any (RFC 6749 5.2); neither has been cleaned."""

    def __init__(self, status: int, raw: bytes) -> None:
        super().__init__(502, "provider_error", NO_GOOD, cause=f"status {status}")
        self.status = status
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            told = None
        known = told if isinstance(told, dict) else {}
        self.error = text(known, "error")
        self.description = text(known, "error_description")


def unavailable(why: str = "") -> ProviderFailed:
    message = "The identity provider can't be reached right now."
    return ProviderFailed(502, "provider_unavailable", message, cause=why)


def nonsense(what: str) -> ProviderFailed:
    """`what` never quotes the answer: it may hold tokens."""
    return ProviderFailed(502, "provider_error", f"{NO_GOOD[:-1]}: {what}.", cause=what)


@contextmanager
def chosen_by(organization_id: str | None) -> Iterator[None]:
    """Whose provider is asked in here: an organization's, or with None the operator's own.

    Those who don't say are taken for one organization.
    """
    token = _whose.set(places.OURS if organization_id is None else organization_id)
    try:
        yield
    finally:
        _whose.reset(token)


def get_json(url: str, *, bearer: str = "") -> Any:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return _understood(_call("GET", url, headers=headers), host=_host(url))


def post_form(url: str, fields: Mapping[str, str], *, basic: tuple[str, str] | None = None) -> Any:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if basic:
        headers["Authorization"] = f"Basic {b64encode(':'.join(basic).encode()).decode()}"
    body = urlencode(fields).encode()
    return _understood(_call("POST", url, headers=headers, body=body), host=_host(url))


def fetch(url: str, *, accept: str, largest: int = LIMIT) -> Answer:
    """Get anything else than JSON, such as a picture; `largest` in bytes.

    Whatever its status is the caller's to judge, and `is_whole` too; raises ProviderFailed where
    there is no answer, or where the address won't do.
    """
    return _call("GET", url, headers={"Accept": accept}, largest=largest)


def is_allowed(url: str) -> bool:
    """https; with DEBUG this machine as well. What the name leads to is looked at when calling."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment:
        return False
    if _is_number(parts.hostname):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_ours(parts.hostname))


def _call(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", largest: int = LIMIT
) -> Answer:
    if settings.DEBUG and url.startswith(f"{settings.DEMO_ISSUER}/"):
        status, raw = demo.answer(url.removeprefix(settings.DEMO_ISSUER), body=body)
        return Answer(status, "application/json", raw, is_whole=True)
    if not is_allowed(url):
        raise nonsense("it names an address that isn't https")
    inside = _is_ours(_host(url))
    terms = Terms(seconds=SECONDS, largest=largest, whose=_whose.get(), inside=inside)
    wanted = {"Accept": "application/json", **headers}
    try:
        return http.ask(method, url, terms=terms, headers=wanted, body=body)
    except Private as error:
        logger.warning("an identity provider's name leads to a private address: %s", _host(url))
        raise nonsense("its address is a private one") from error
    except OSError as error:
        logger.warning("the identity provider at %s can't be reached: %s", _host(url), error)
        raise unavailable(str(error)) from error


def _understood(answer: Answer, *, host: str) -> Any:
    """What its JSON says; the text where it is a JWT."""
    if answer.status >= 400:
        logger.warning("the identity provider at %s answered %s", host, answer.status)
    if answer.status >= 500 or answer.status == 429:
        raise unavailable(f"status {answer.status}")
    if answer.status >= 400:
        raise Answered(answer.status, answer.body)
    if answer.status != 200:
        raise nonsense(f"status {answer.status}")
    if not answer.is_whole:
        raise nonsense("it is too long")
    if JWT.fullmatch(answer.body):
        return answer.body.decode().strip()
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise nonsense("it is not JSON") from error


def _is_number(host: str) -> bool:
    """Whether it is an IPv4 address in a spelling that only some read: 127.1, 0177.0.0.1, 0x7f…."""
    if ":" in host:
        return False
    last = host.rstrip(".").rpartition(".")[2]
    looks_like_one = last.isdigit() or last.startswith("0x")
    return looks_like_one and not _is_ipv4(host)


def _is_ipv4(host: str) -> bool:
    try:
        return str(IPv4Address(host)) == host
    except ValueError:
        return False


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_ours(host: str) -> bool:
    """Loopback by name: never in production, where it is the machine's own back door."""
    return bool(settings.DEBUG) and host in LOOPBACK
