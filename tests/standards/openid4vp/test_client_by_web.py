"""Which client of a request that came by the browser is asked for its keys."""

import pytest

from keys import jws
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from standards.openid4vp.dc_api import DcApiProtocol, DcApiRequest
from standards.openid4vp.dc_api_reading import client_by_web
from standards.openid4vp.errors import RequestError

WEB = "decentralized_identifier:did:web:shop.example"
_SIGNER = SoftwareSigner.generate()


def signed(client_id: str) -> DcApiRequest:
    """A request that names this client in what it signs."""
    token = jws.sign({"typ": "oauth-authz-req+jwt"}, dumps({"client_id": client_id}), _SIGNER)
    return DcApiRequest(DcApiProtocol.SIGNED, {"request": token})


@pytest.mark.parametrize(
    ("client_id", "asked"),
    [
        (WEB, WEB),
        ("decentralized_identifier:did:ion:abc", None),
        ("decentralized_identifier:did:jwk:e30", None),
        ("x509_san_dns:shop.example", None),
    ],
)
def test_only_a_document_on_a_host_is_asked_for(client_id: str, asked: str | None) -> None:
    """
    A key that is its own identifier, another method and a certificate have nothing to fetch.
    """
    assert asked == client_by_web(signed(client_id))


def test_an_unsigned_request_names_nobody_and_nonsense_is_refused() -> None:
    """
    What is no token is no request.
    """
    assert None is client_by_web(DcApiRequest(DcApiProtocol.UNSIGNED, {"client_id": WEB}))
    with pytest.raises(RequestError):
        client_by_web(DcApiRequest(DcApiProtocol.SIGNED, {"request": "nonsense"}))


def test_of_several_signatures_each_names_its_own_client() -> None:
    """
    The name stands beside the signature, not in what all of them signed.
    """
    token = jws.sign({"client_id": WEB}, dumps({}), _SIGNER)
    header, payload, signature = token.split(".")
    signatures: list[JsonValue] = [{"protected": header, "signature": signature}]
    request: JsonObject = {"payload": payload, "signatures": signatures}
    handed = DcApiRequest(DcApiProtocol.MULTISIGNED, {"request": request})

    assert WEB == client_by_web(handed)
