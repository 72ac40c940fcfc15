"""The one page whose form leads to another site: that site is named, and nothing else."""

import pytest

from web.security_headers import CONTENT_SECURITY_POLICY, leading_to

NAMED = {
    "https://wallet.example/back": "https://wallet.example",
    "https://wallet.example:8443/back?x=1": "https://wallet.example:8443",
    "http://localhost:8000/wallet/authorized": "http://localhost:8000",
    "https://wallet.example": "https://wallet.example",
    "haip-wallet://back": "haip-wallet:",
    "com.example.wallet:/back": "com.example.wallet:",
}
UNNAMED = (
    "https://wallet.example;script-src *",
    "https://[::1]:8000/back",
    "https:///back",
    "http://user@wallet.example/",
    "",
    "/back",
)


@pytest.mark.parametrize(("address", "source"), NAMED.items())
def test_the_site_of_an_address_is_added(address: str, source: str) -> None:
    """
    Only the form-action grows.
    """
    expected = CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action 'self' {source}"
    )
    assert expected == leading_to(address)


@pytest.mark.parametrize("address", UNNAMED)
def test_an_address_that_is_not_plain_adds_nothing(address: str) -> None:
    """
    Nothing of an address becomes a directive of its own.
    """
    assert CONTENT_SECURITY_POLICY == leading_to(address)
