"""Who is behind a call: the address and the browser of a visitor, as the caller tells them.

The headers are believed, because only who holds the project's secret gets as far as to be counted.
They are no part of the contract; Stytch ignores them.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from django.http import HttpRequest

from identity import client_address
from identity.tokens import hash_token

# `X-Foyer-Browser: <an opaque value of that browser>`, with `known:` before it if the person that
# the call is about has signed in with that browser before.
HEADER = "X-Foyer-Browser"
# Of the visitor's browser and place, for the words of mails; each "" when nobody says.
DEVICE_HEADER = "X-Foyer-Client-Device"
PLACE_HEADER = "X-Foyer-Client-Place"
SPELLED = re.compile(r"(?P<known>known:)?(?P<browser>[A-Za-z0-9_-]{16,64})")


@dataclass(frozen=True, slots=True)
class Visitor:
    """`address` is "" when nobody says; `browser` is a hash of what the caller sent, or "".

    `is_known` is about the address or member that the call is for, and for that alone. `device`
    and `place` are for people to read (requested.py).
    """

    address: str = ""
    browser: str = ""
    is_known: bool = False
    device: str = ""
    place: str = ""


NOBODY = Visitor()


def of(request: HttpRequest) -> Visitor:
    """A caller that serves many people should name the visitor, or all count as its own."""
    return _visitor(request, client_address.of(request))


def named(request: HttpRequest) -> Visitor:
    """The same without an address when the caller names none: its own would be everybody's."""
    return _visitor(request, client_address.named(request))


def _visitor(request: HttpRequest, address: str) -> Visitor:
    said = SPELLED.fullmatch(request.headers.get(HEADER, ""))
    return Visitor(
        address,
        browser=hash_token(f"browser:{said['browser']}")[:32] if said else "",
        is_known=said is not None and said["known"] is not None,
        device=request.headers.get(DEVICE_HEADER, ""),
        place=unquote(request.headers.get(PLACE_HEADER, "")),
    )
