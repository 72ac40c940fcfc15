"""The keys that requests to an authority are encrypted to, on a running service."""

from typing import Any

import httpx2

from standards.openid4vci.encrypted import encrypt_request
from standards.openid4vci.metadata import CredentialIssuerMetadata
from tests.app.conftest import Commands
from tests.app.test_queue import Wallet


def metadata_of(issuer: str, base: str) -> CredentialIssuerMetadata:
    """Return what an authority publishes now."""
    path = issuer.removeprefix(base)
    answer = httpx2.get(f"{base}/.well-known/openid-credential-issuer{path}", timeout=30)
    return CredentialIssuerMetadata.parse(answer.json(), expected_issuer=issuer)


def test_a_rotated_key_is_read_and_no_longer_published(mydata: Commands) -> None:
    """
    VCI-63: the new key stands alone in the metadata at once; a wallet with an older copy of them
    is served all the same.
    """
    offer = mydata.json("issuers", "offer", "resident-register")
    wallet = Wallet(mydata.service, offer["credential_offer_uri"])
    before = metadata_of(wallet.issuer, mydata.service.base).credential_request_encryption
    mydata.json("keys", "rotate", "encryption-resident-registry")
    after = metadata_of(wallet.issuer, mydata.service.base).credential_request_encryption
    assert before is not None
    assert after is not None

    assert {1} == {len(each.keys) for each in (before, after)}
    assert before.keys[0].kid != after.keys[0].kid
    for support in (before, after):
        headers = {**wallet.headers, "Content-Type": "application/jwt"}
        body: Any = wallet.request()
        answer = httpx2.post(
            f"{wallet.issuer}/credential",
            content=encrypt_request(body, support),
            headers=headers,
            timeout=30,
        )
        assert 200 == answer.status_code, answer.text
