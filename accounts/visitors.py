"""Who is asking, in the terms of the service's limits: an address, and a browser it may know."""

from typing import TypedDict

from django.http import HttpRequest, HttpResponse

from accounts import cookies
from accounts.known_browsers import Known
from accounts.service import client_ip


class Visitor(TypedDict):
    """As the client's methods take it."""

    client_ip: str
    browser: str


def at_mailbox(request: HttpRequest, address: str) -> Visitor:
    """For mails to an address, and what came with them."""
    return _visitor(request, is_known=browser(request).has_proven(address))


def at_password(request: HttpRequest, address: str, *, organization_id: str) -> Visitor:
    return _visitor(request, is_known=browser(request).knows(address, organization_id))


def browser(request: HttpRequest) -> Known:
    """What its cookie says, or the beginning of one; the same for the whole request."""
    kept = vars(request).get("known_browser")
    if kept is None:
        kept = vars(request)["known_browser"] = cookies.read_browser(request).named()
    known: Known = kept
    return known


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The browser that has asked for a mail is known again when it comes with what was in it."""
    if not cookies.read_browser(request).browser:
        cookies.write_browser(response, browser(request))
    return response


def _visitor(request: HttpRequest, *, is_known: bool) -> Visitor:
    name = browser(request).browser
    return {"client_ip": client_ip(request), "browser": f"known:{name}" if is_known else name}
