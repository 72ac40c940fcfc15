"""The examples of the standard that no single message owns."""

import json
from pathlib import Path

from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.errors import AuthorizationErrorCode, malformed_response
from standards.openid4vp.request_uri import RequestUri
from standards.web_address import check_web_address


def test_the_audience_of_a_presentation_is_the_full_client_id(vectors: Path) -> None:
    """
    VP-54, VP-60: both published presentations name the client with its prefix.
    """
    for name in ("kb_jwt_unsecured", "jwt_vc"):
        example = json.loads((vectors / f"openid4vp/response/{name}.json").read_text())
        expected = ClientId(ClientIdPrefix.X509_SAN_DNS, "client.example.org")
        assert expected == ClientId.parse(example["aud"])
        assert example["aud"] == str(expected)


def test_the_published_error_is_one_of_ours(vectors: Path) -> None:
    """
    VP-52: the code of the example is in the closed list.
    """
    path = vectors / "openid4vp/digital_credentials_api/error_invalid_request.json"
    example = json.loads(path.read_text())
    assert AuthorizationErrorCode.INVALID_REQUEST == AuthorizationErrorCode(example["error"])


def test_the_link_of_section_5_4_is_read() -> None:
    """
    VP-9: the example of a request by reference, with the method in the link.
    """
    link = RequestUri.parse(
        "https://wallet.example.org/authorize?client_id=x509_san_dns%3Aclient.example.org"
        "&request_uri=https%3A%2F%2Fclient.example.org%2Frequest%2Fvapof4ql2i7m41m68uep"
        "&request_uri_method=post"
    )
    assert "x509_san_dns:client.example.org" == link.client_id
    assert "post" == link.request_uri_method
    parts = check_web_address(link.request_uri, "request_uri", malformed_response)
    assert "client.example.org" == parts.hostname
