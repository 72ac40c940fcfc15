"""Which web addresses are read, and which network addresses are public."""

import pytest

from web.address import MAX_URL_LENGTH, Origin, check_public, parse_target
from web.outbound_error import OutboundError, OutboundFailure

PRIVATE = [
    "0.0.0.0",  # noqa: S104  # the address itself is under test
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "224.0.1.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_globally_unicast_is_refused(address: str) -> None:
    """
    T18: private, loopback, link-local, multicast, documentation and every IPv6 form that
    carries an IPv4 address inside are refused.
    """
    with pytest.raises(OutboundError) as caught:
        check_public(address, "attacker.example:443")

    assert OutboundFailure.ADDRESS_REFUSED == caught.value.failure
    assert "attacker.example:443" == caught.value.host


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00::1"])
def test_a_public_address_passes(address: str) -> None:
    """
    What anyone on the internet can reach may be contacted; not the same on a link of ours.
    """
    check_public(address, "issuer.example:443")

    with pytest.raises(OutboundError):
        check_public(f"{address}%eth0", "issuer.example:443")


@pytest.mark.parametrize(
    ("url", "host_port", "path"),
    [
        ("https://issuer.example", "issuer.example:443", "/"),
        ("https://ISSUER.example/a?b=c%20d", "issuer.example:443", "/a?b=c%20d"),
        ("http://localhost:8000/x/", "localhost:8000", "/x/"),
        ("https://[2606:4700::1]:8443/", "[2606:4700::1]:8443", "/"),
    ],
)
def test_a_web_address_is_taken_apart_once(url: str, host_port: str, path: str) -> None:
    """
    The parts that were checked are the parts that are used.
    """
    target = parse_target(url)

    assert (host_port, path) == (target.origin.host_port, target.path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "issuer.example",
        "file:///etc/passwd",
        "data:text/plain,x",
        "ftp://issuer.example/",
        "https://",
        "https:///path",
        "https://user@issuer.example/",
        "https://good.example\\@bad.example/",
        "https://issuer.example/#fragment",
        "https://issuer.example/a b",
        "https://issuer.example/\r\nHost: bad",
        "https://issuer.example:0/",
        "https://issuer.example:70000/",
        "https://issuer.example:port/",
        "https://[::1/",
        "https://%6c%6fcalhost/",
        "https://예시.example/",
        "https://issuer.example/" + "a" * MAX_URL_LENGTH,
    ],
)
def test_an_address_that_two_parsers_may_read_differently_is_refused(url: str) -> None:
    """
    H80: other schemes, credentials, fragments, and unusual characters never reach the network.
    """
    with pytest.raises(OutboundError) as caught:
        parse_target(url)

    assert OutboundFailure.ADDRESS_REFUSED == caught.value.failure


def test_an_origin_is_written_as_in_the_settings() -> None:
    """
    IPv6 hosts stand in brackets, so that the port can be told apart.
    """
    assert "[::1]:80" == Origin("http", "::1", 80).host_port
    assert "localhost:80" == Origin("http", "localhost", 80).host_port
