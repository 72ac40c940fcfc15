"""Signed request objects (OpenID4VP 1.0 sections 5, 5.8, 5.10)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from keys import base64url, jws
from keys.authority import CertificateAuthority
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps
from keys.x509 import Role, to_x5c
from standards.dcql.errors import DcqlError
from standards.dcql.query import parse_query
from standards.openid4vp.client_id import CertificatePrefix
from standards.openid4vp.errors import (
    AuthorizationErrorCode,
    RequestError,
    RequestFailure,
    error_code,
)
from standards.openid4vp.request import POSTED, AuthorizationRequest, ResponseMode
from standards.openid4vp.request_object import (
    TYP,
    VerifiedRequest,
    sign_request,
    verify_request_object,
)
from standards.openid4vp.signer import Grounds
from tests.standards.openid4vp.asking import NOW, Bank, query

BANK = Bank()


def verify(
    token: str,
    *,
    client_id: str | None = None,
    wallet_nonce: str | None = None,
    bank: Bank = BANK,
    now: datetime = NOW,
) -> VerifiedRequest:
    return verify_request_object(
        token,
        expected_client_id=client_id or bank.client_id(),
        expected_wallet_nonce=wallet_nonce,
        grounds=Grounds((bank.authority.anchor,)),
        now=now,
    )


def refusal(token: str, **arguments: Any) -> RequestFailure:
    with pytest.raises(RequestError) as caught:
        verify(token, **arguments)
    return caught.value.failure


def sign(request: AuthorizationRequest, wallet_nonce: str | None = None) -> str:
    return sign_request(
        request,
        signer=BANK.signer,
        chain=BANK.chain,
        now=NOW,
        lifetime=timedelta(minutes=5),
        wallet_nonce=wallet_nonce,
    )


@pytest.mark.parametrize("mode", sorted(POSTED))
@pytest.mark.parametrize("prefix", CertificatePrefix)
def test_a_signed_request_is_verified(mode: ResponseMode, prefix: CertificatePrefix) -> None:
    """
    VP-1, VP-17, VP-21, VP-22: what a verifier signs is what a wallet reads, whoever it is.
    """
    request = BANK.request(mode, prefix)
    token = sign(request, "wallet-nonce")
    verified = verify(token, client_id=BANK.client_id(prefix), wallet_nonce="wallet-nonce")
    assert request == verified.request
    assert verified.certificate is not None
    assert "Bank" == verified.certificate.subject_name
    assert token.rpartition(".")[0].encode() == verified.hashed_part
    assert TYP == verified.header["typ"]


def test_a_request_is_read_more_than_once() -> None:
    """
    H80: fetching twice gives the same answer twice.
    """
    token = BANK.token()
    assert verify(token) == verify(token)


def test_what_should_be_ignored_is_ignored() -> None:
    """
    VP-2, VP-3, VP-7, H75: a foreign ``iss``, unknown parameters and metadata change nothing.
    """
    extended = BANK.token(
        iss="https://someone.example",
        unknown={"x": 1},
        wallet_nonce="nobody asked",
        client_metadata=BANK.request().client_metadata.as_dict() | {"logo_uri": 1},
    )
    assert verify(BANK.token()).request == verify(extended).request


def test_verifier_info_fits_the_published_schema(vectors: Path) -> None:
    """
    VP-11: what we attach has a format and data, and passes the suite's schema.
    """
    path = vectors / "conformance-suite/json-schemas/oid4vp/verifier_info.json"
    claims = BANK.request().as_dict()
    instance = {"verifier_info": claims["verifier_info"]}

    assert claims["verifier_info"]
    assert jsonschema.Draft7Validator(json.loads(path.read_text())).is_valid(instance)


def test_a_request_for_no_one_or_from_no_one_is_refused() -> None:
    """
    VP-17, VP-28: ``aud`` and ``client_id`` are required in a request object.
    """
    assert RequestFailure.WRONG_AUDIENCE == refusal(BANK.signed({}, without="aud"))
    assert RequestFailure.CLIENT_ID_MISMATCH == refusal(BANK.signed({}, without="client_id"))


def test_the_link_and_the_request_name_the_same_client() -> None:
    """
    VP-28, H81: outer and inner ``client_id`` are identical, prefix and all.
    """
    other = BANK.client_id(CertificatePrefix.X509_SAN_DNS)
    assert RequestFailure.CLIENT_ID_MISMATCH == refusal(BANK.token(), client_id=other)


def test_the_client_is_the_one_of_the_certificate() -> None:
    """
    VP-21, VP-22: naming somebody else's certificate or host does not help.
    """
    foreign = Bank().client_id()
    token = BANK.token(client_id=foreign)
    assert RequestFailure.CLIENT_ID_MISMATCH == refusal(token, client_id=foreign)
    name = "x509_san_dns:bank.example"
    token = BANK.token(client_id=name, response_uri="https://evil.example/r")
    assert RequestFailure.CLIENT_ID_MISMATCH == refusal(token, client_id=name)


@pytest.mark.parametrize("posted", ["other", "NONCE-1"])
def test_a_request_made_for_another_fetch_is_refused(posted: str) -> None:
    """
    VP-26, H80: the nonce the wallet posted comes back exactly, or the wallet stops.
    """
    token = BANK.token(wallet_nonce="nonce-1")
    assert BANK.request() == verify(token, wallet_nonce="nonce-1").request
    assert RequestFailure.WALLET_NONCE_MISMATCH == refusal(token, wallet_nonce=posted)
    assert RequestFailure.WALLET_NONCE_MISMATCH == refusal(BANK.token(), wallet_nonce=posted)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"typ": "JWT"}, RequestFailure.NOT_AUTHENTIC),
        ({"typ": "kb+jwt"}, RequestFailure.NOT_AUTHENTIC),
        ({"x5c": []}, RequestFailure.NOT_AUTHENTIC),
        ({"x5c": None}, RequestFailure.NOT_AUTHENTIC),
        ({"x5c": ["AAAA"]}, RequestFailure.UNTRUSTED),
        ({"jku": "https://evil.example"}, RequestFailure.NOT_AUTHENTIC),
        ({"jwk": SoftwareSigner.generate().public.as_dict()}, RequestFailure.NOT_AUTHENTIC),
    ],
    ids=[
        "typ JWT",
        "typ of a key binding",
        "no x5c",
        "null x5c",
        "not a certificate",
        "jku",
        "jwk",
    ],
)
def test_a_request_with_another_header_is_refused(
    header: JsonObject, expected: RequestFailure
) -> None:
    """
    VP-1, VP-21, H4, H5, H8: the type of a request, and the key of its certificate alone.
    """
    assert expected == refusal(BANK.signed({}, header=header))


def test_a_chain_nobody_trusts_is_refused() -> None:
    """
    VP-21, VP-22, H15: another root, the root in the chain, a certificate that has expired.
    """
    token = BANK.token()
    stranger = Bank()
    assert RequestFailure.UNTRUSTED == refusal(stranger.token(), client_id=stranger.client_id())
    anchored = to_x5c((*BANK.chain, BANK.authority.anchor.certificate))
    assert RequestFailure.UNTRUSTED == refusal(BANK.signed({}, header={"x5c": anchored}))
    assert RequestFailure.UNTRUSTED == refusal(token, now=NOW + timedelta(days=400))


def test_a_certificate_for_another_role_is_refused() -> None:
    """
    VP-21: an issuer's certificate does not make its holder a verifier.
    """
    issuer = Bank(authority=CertificateAuthority.create("Issuers", Role.ISSUER, NOW))
    head: JsonObject = {"x5c": to_x5c(issuer.chain), "typ": TYP}
    token = jws.sign(head, dumps({"client_id": "x509_hash:x"}), issuer.signer)
    assert RequestFailure.UNTRUSTED == refusal(token, client_id="x509_hash:x", bank=issuer)


@pytest.mark.parametrize("token", ["", "e30.e30.", "a.b.c", "x" * 300_000], ids=len)
def test_what_is_no_token_is_refused(token: str) -> None:
    """
    H1, H50: unsigned, broken or huge.
    """
    assert RequestFailure.NOT_AUTHENTIC == refusal(token)


def test_a_changed_request_is_refused() -> None:
    """
    VP-21, VP-22: the signature covers every parameter.
    """
    head, _, signature = BANK.token().split(".")
    payload = base64url.encode(dumps(BANK.request().as_dict() | {"nonce": "mine"}))
    assert RequestFailure.NOT_AUTHENTIC == refusal(f"{head}.{payload}.{signature}")


def test_a_verifier_sends_no_request_it_could_not_match() -> None:
    """
    VP-14, VP-31: without holder binding a ``state`` is needed; a sloppy query is not signed.
    """
    unbound = replace(BANK.request(), dcql_query=query(bound=False))
    assert verify(sign(unbound)).request == unbound
    with pytest.raises(RequestError):
        sign(replace(unbound, state=None))
    bound = replace(BANK.request(), state=None)
    assert verify(sign(bound)).request.state is None
    sloppy = parse_query({"credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {}}]})
    with pytest.raises(DcqlError):
        sign(replace(bound, dcql_query=sloppy))


@pytest.mark.parametrize("failure", RequestFailure)
def test_every_refusal_has_a_code_of_the_standard(failure: RequestFailure) -> None:
    """
    VP-52: one total mapping; only a person's refusal is ``access_denied``.
    """
    code = error_code(failure)
    assert code is RequestError(failure, "why").code
    assert code not in {
        AuthorizationErrorCode.ACCESS_DENIED,
        AuthorizationErrorCode.WALLET_UNAVAILABLE,
    }


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (RequestFailure.TRANSACTION_DATA, "invalid_transaction_data"),
        (RequestFailure.SCOPE, "invalid_scope"),
        (RequestFailure.NOT_AUTHENTIC, "invalid_client"),
        (RequestFailure.RESPONSE_TYPE, "unsupported_response_type"),
        (RequestFailure.REDIRECT_URI, "invalid_request"),
    ],
)
def test_the_codes_are_those_of_section_8_5(failure: RequestFailure, code: str) -> None:
    """
    VP-46, VP-52: spot checks against the text of the standard.
    """
    assert code == error_code(failure).value
