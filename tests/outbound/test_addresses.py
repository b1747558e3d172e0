"""Which addresses are out in the open (RFC 6890 and its successors)."""

import pytest

from outbound.addresses import is_public


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8", "93.184.215.14", "223.255.255.1", "2606:4700::6810:84e5", "2a00:1450:4001::200e",
        "64:ff9b::808:808", "2606:4700::5efe:8.8.8.8",
    ],
)  # fmt: skip
def test_global_unicast_is_public(address: str) -> None:
    """NAT64's well-known prefix too, where it leads to a public host: DNS64 writes them so."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.9.9.9",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
        "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    ],
)  # fmt: skip
def test_special_ipv4_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "::", "::1", "::8.8.8.8", "::10.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8",
        "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8", "64:ff9b:1:a00:1::", "100::1", "2001::1", "2001:0:a00:1::1",
        "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1",
        "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "feff::1",
        "ff02::1", "ff0e::1", "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:192.168.0.1",
    ],
)  # fmt: skip
def test_special_ipv6_and_private_ipv4_within_it_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("text", ["", "example.com", "127.1", "0x7f000001", "8.8.8.8 "])
def test_what_is_no_address_is_not(text: str) -> None:
    assert not is_public(text)
