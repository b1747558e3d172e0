"""Which addresses are out in the open: global unicast, and no way into a private IPv4 network."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# IANA's special-purpose registry, written out: what `is_global` says differs between Pythons.
CLOSED_IPV4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation, like the two below
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "168.63.129.16/32",  # looks public; inside of Azure it is the host of the machine
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
CLOSED_IPV6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, an IPv4 address each; given up in 2015
        "3fff::/20",  # documentation
    )
)
# Where there is no IPv4, DNS64 writes public IPv4 hosts like this (RFC 6052). 64:ff9b:1::/48 is for
# a network's own translations (RFC 8215): not global.
NAT64 = IPv6Network("64:ff9b::/96")
ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # the upper half of an interface id with IPv4 in it


def is_public(address: str) -> bool:
    """Of an address as resolvers write it; a text that is none isn't public."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public_ipv4(parsed)
    return _is_public_ipv6(parsed)


def _is_public_ipv4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in CLOSED_IPV4)


def _is_public_ipv6(address: IPv6Address) -> bool:
    """Mapped, compatible, translated (SIIT), unique and site-local ones aren't global unicast."""
    if address.scope_id:
        return False
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in NAT64:
        return _is_public_ipv4(last)
    if (int(address) >> 32) & 0xFFFFFFFF in ISATAP and not _is_public_ipv4(last):
        return False
    return (
        address in GLOBAL_UNICAST
        and address.is_global
        and not any(address in network for network in CLOSED_IPV6)
    )
