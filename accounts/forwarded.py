"""Whom X-Forwarded-For names, in every form that proxies write (RFC 7239 4 and 6 as well)."""

import logging
import re
from ipaddress import IPv6Address, ip_address

logger = logging.getLogger(__name__)

# 192.0.2.1, 192.0.2.1:49152, 2001:db8::1, [2001:db8::1], [2001:db8::1]:443; a zone is left out.
NODE = re.compile(r"\[(?P<within>[^\]]+)\](?::\w+)?|(?P<four>[\d.]+)(?::\w+)?|(?P<plain>[^\[\]]+)")
LONGEST_SHOWN = 60  # characters of what couldn't be read
_told: set[str] = set()


def client(header: str, *, trusted: int, peer: str) -> str:
    """The visitor's address, as far as somebody we trust vouches for it.

    Each proxy appends whom it heard from: with n of ours in front, the n-th entry from the end is
    the visitor's. Whatever stands before it the visitor may have made up. Without such an entry it
    is the peer's, hence the same for everybody: the log says so, once.
    """
    if not trusted:
        return peer
    hops = header.split(",") if header else []
    if len(hops) < trusted:
        _tell(f"X-Forwarded-For has {len(hops)} entries, TRUSTED_PROXIES is {trusted}")
        return peer
    entry = hops[-trusted]
    found = address(entry)
    if not found:
        _tell(f"an entry of X-Forwarded-For is no address: {entry.strip()[:LONGEST_SHOWN]!r}")
    return found or peer


def address(entry: str) -> str:
    """In its one spelling, "" where it can't be read."""
    node = entry.strip()
    for pair in node.split(";"):  # for="[2001:db8::1]:443";proto=https
        name, is_pair, value = pair.partition("=")
        if is_pair and name.strip().lower() == "for":
            node = value.strip()
    found = NODE.fullmatch(node.strip('"').strip())
    if not found:
        return ""
    try:
        parsed = ip_address((found["within"] or found["four"] or found["plain"]).partition("%")[0])
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)


def _tell(what: str) -> None:
    """Once for each kind: it happens with every request."""
    kind = what.partition(":")[0]
    if kind not in _told:
        _told.add(kind)
        logger.error("%s. Everybody counts as one client, and shares its limits.", what)
