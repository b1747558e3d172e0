"""Who is behind a call, for the sending limits: the visitor the caller names, or the caller."""

from ipaddress import ip_address, ip_network

from django.http import HttpRequest

# Believed, because only who holds the project's secret gets as far as to be counted.
HEADER = "X-Foyer-Client-IP"
# What one party may have to itself of IPv6, narrow to wide: a household's network, a line's at most
# providers, a site's or a rented machine's at some. A wide block is shared by more people, so that
# it gets that many times of what the narrowest gets.
IPV6_BLOCKS = ((64, 1), (56, 2), (48, 3))


def of(request: HttpRequest) -> str:
    """An address in its one spelling; a caller that serves many people should send the header."""
    return named(request) or _spelled(request.META.get("REMOTE_ADDR", "")) or "unknown"


def named(request: HttpRequest) -> str:
    """The visitor's address, "" when the caller doesn't say."""
    return _spelled(request.headers.get(HEADER, ""))


def blocks(client: str) -> tuple[tuple[str, int], ...]:
    """The blocks that an address lies in, narrow to wide, each with its share of a limit.

    Whoever has one IPv6 address has 2**64 of them, and often 2**72 or 2**80.
    """
    if ":" not in client:
        return ((client, 1),) if client else ()
    nets = ((ip_network(f"{client}/{bits}", strict=False), share) for bits, share in IPV6_BLOCKS)
    return tuple((str(net), share) for net, share in nets)


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
