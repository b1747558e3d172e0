"""Who is behind a call, for the sending limits: the visitor the caller names, or the caller."""

from ipaddress import ip_address, ip_network

from django.http import HttpRequest

# Believed, because only who holds the project's secret gets as far as to be counted.
HEADER = "X-Foyer-Client-IP"
# The part of an IPv6 address that a household or a rented machine has to itself.
IPV6_PREFIX = 64


def of(request: HttpRequest) -> str:
    """An address in its one spelling; a caller that serves many people should send the header."""
    return named(request) or _spelled(request.META.get("REMOTE_ADDR", "")) or "unknown"


def named(request: HttpRequest) -> str:
    """The visitor's address, "" when the caller doesn't say."""
    return _spelled(request.headers.get(HEADER, ""))


def household(client: str) -> str:
    """What a limit counts: whoever has one IPv6 address has 2**64 of them."""
    if ":" not in client:
        return client
    return str(ip_network(f"{client}/{IPV6_PREFIX}", strict=False))


def in_words(client: str) -> str:
    """For a mail: an address that means something to its reader, or ""."""
    return client if _spelled(client) and ip_address(client).is_global else ""


def _spelled(address: str) -> str:
    try:
        parsed = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
