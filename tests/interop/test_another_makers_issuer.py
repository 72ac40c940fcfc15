"""An issuer of another maker serves our wallet."""

from collections.abc import Callable

import pytest

from tests.interop.conftest import Counterpart, OurService
from tests.interop.foreign_authority import ForeignAuthority


@pytest.mark.parametrize("code", [None, "4093"])
def test_our_wallet_accepts_its_certificate(
    service: OurService,
    foreign: ForeignAuthority,
    serve: Callable[..., Counterpart],
    code: str | None,
) -> None:
    """
    Once its root is trusted, a certificate of a type we never heard of is checked and kept.
    """
    service.mydata("trust", "add", "--role", "issuer", str(foreign.root_file))
    issuer = serve("issuer.mjs", *foreign.identity, *foreign.identity, *([code] if code else []))
    words = ["wallet", "accept", str(issuer.first["offer"]), "--holder", "demo"]

    taken = service.mydata(*words, *(["--tx-code", code] if code else []))

    assert 0 == taken["exit"], taken
    assert issuer.first["vct"] == taken["vct"]
    assert {"issued": 1} == issuer.next()
