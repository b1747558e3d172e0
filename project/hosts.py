"""Host names and addresses in settings: whether they are any, and who could listen on the way."""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".example")
# Where a name or an address may be written; what is in a certificate and in Host.
HOST = re.compile(
    r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?"
)
ENCRYPTED = {"http": "https", "redis": "rediss"}


def reached(name: str, value: str, schemes: Sequence[str]) -> str:
    parts = _split(value)
    host = parts.hostname if parts else None
    if parts is None or not host or parts.scheme not in schemes:
        raise ImproperlyConfigured(f"{name} takes an address with {' or '.join(schemes)}://.")
    if not HOST.fullmatch(host) and not is_address(host):
        raise ImproperlyConfigured(
            f"{name} takes an address with a host name, not one of {host!r}."
        )
    if parts.scheme in ENCRYPTED and not is_private(host):
        safe = ENCRYPTED[parts.scheme]
        raise ImproperlyConfigured(f"{name} leaves the private network, so it takes {safe}://.")
    return value


def _split(value: str) -> SplitResult | None:
    """None where Python can't: brackets without an address, a port that is no number."""
    try:
        parts = urlsplit(value)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_private(host: str) -> bool:
    """Whether an entry of ALLOWED_HOSTS can mean this machine or its own network only."""
    name = host.strip("[].").lower()
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name not in {"", "*"} and ("." not in name or name.endswith(PRIVATE_SUFFIXES))
    return address.is_private
